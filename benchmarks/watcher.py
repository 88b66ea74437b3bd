r"""
The peer that people write by hand: aioimaplib waits for a push, fetches what is unread, smtplib replies.

It decides nothing and remembers nothing: every unread mail is answered, and `\Seen` is its only memory. TLS is
verified as aioimaplib does by default. One SMTP connection for each reply, which stops the loop meanwhile.
"""

import argparse
import asyncio
import email
import email.policy
import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr

from aioimaplib import IMAP4_SSL

TEXT = "Thank you for your message. Nobody is here today; we will be back on the next working day.\n"


def reply_to(raw: bytes) -> EmailMessage:
    """Return a reply to a mail."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    reply = EmailMessage()
    reply["From"] = "Maison Exemple <service@example.com>"
    reply["To"] = parseaddr(mail["From"])[1]
    reply["Subject"] = "Re: " + " ".join(str(mail["Subject"]).split())
    reply["In-Reply-To"] = reply["References"] = mail["Message-ID"]
    reply["Auto-Submitted"] = "auto-replied"
    reply.set_content(TEXT)
    return reply


async def answer_unread(imap: IMAP4_SSL, smtp_port: int) -> None:
    """Fetch each unread mail, which marks it as read, and reply."""
    found = await imap.search("UNSEEN", charset=None)
    for number in found.lines[0].split():
        fetched = await imap.fetch(number.decode(), "(BODY[])")
        with smtplib.SMTP("127.0.0.1", smtp_port, timeout=10) as smtp:
            smtp.send_message(reply_to(bytes(fetched.lines[1])))


async def watch(user: str, imap_port: int, smtp_port: int, ca_file: str) -> None:
    """Answer what is there, then what comes."""
    imap = IMAP4_SSL("localhost", imap_port, ssl_context=ssl.create_default_context(cafile=ca_file))
    await imap.wait_hello_from_server()
    await imap.login(user, os.environ["SELLER_PASSWORD"])
    await imap.select("INBOX")
    while True:
        await answer_unread(imap, smtp_port)
        idle = await imap.idle_start()
        print("watching", flush=True)
        await imap.wait_server_push()
        imap.idle_done()
        await asyncio.wait_for(idle, 10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("user")
    parser.add_argument("imap_port", type=int)
    parser.add_argument("smtp_port", type=int)
    parser.add_argument("ca_file")
    options = parser.parse_args()
    asyncio.run(watch(options.user, options.imap_port, options.smtp_port, options.ca_file))
