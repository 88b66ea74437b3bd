Authentication-Results: mx.example.com; dkim=pass header.d=amazon.pl;
 dmarc=pass (p=REJECT) header.from=marketplace.amazon.pl
From: "Camille" <a1b2c3d4e5f6g7h@marketplace.amazon.pl>
To: service@example.com
Subject: Order delivery inquiry from Amazon customer Camille (Order:
 171-1234567-1234567)
Date: Fri, 25 Dec 2026 10:00:00 +0000
Message-ID: <0102019a0000138e-0043-000000@eu-west-1.amazonses.com>
X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT
X-Marketplace-ID: A1C3SOZRARQ6R3
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable



# 171-1234567-1234567:
1 / Synthetic lamp [ASIN: B000000000]

Wiadomo=C5=9B=C4=87:

Bonjour, o=C3=B9 est mon colis ?

Koniec wiadomo=C5=9Bci

: https://sellercentral.amazon.pl/messaging/no-response-needed?t=3DSYNTHETI=
C&m=3DSYNTHETIC&mp=3DA1C3SOZRARQ6R3&c=3DA1SYNTHETIC&h=3D0000000000000000000=
000000000000000000000&s=3D1
https://www.amazon.com/survey?customAttribute1Value=3DBBC_MESSAGE_SENT_TO_M=
ERCHANT&x=3D1
SPC-EUAmazon-1
