Authentication-Results: mx.example.com; dkim=pass header.d=amazon.com.be;
 dmarc=pass (p=REJECT) header.from=marketplace.amazon.com.be
From: "Camille" <a1b2c3d4e5f6g7h@marketplace.amazon.com.be>
To: service@example.com
Subject: Demande de renseignements de la part du client Amazon Camille
 (171-1234567-1234567)
Date: Fri, 25 Dec 2026 10:00:00 +0000
Message-ID: <0102019a0000138e-0043-000000@eu-west-1.amazonses.com>
X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT
X-Marketplace-ID: AMEN7PMS3EDWL
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Vous avez re=C3=A7u un message.

# 171-1234567-1234567:
1 / Synthetic lamp [ASIN: B000000000]

------------- Message: -------------

Bonjour, o=C3=B9 est mon colis ?

------------- Fin du message -------------

R=C3=A9soudre le cas: https://sellercentral.amazon.com.be/messaging/no-resp=
onse-needed?t=3DSYNTHETIC&m=3DSYNTHETIC&mp=3DAMEN7PMS3EDWL&c=3DA1SYNTHETIC&=
h=3D0000000000000000000000000000000000000000&s=3D1
https://www.amazon.com/survey?customAttribute1Value=3DBBC_MESSAGE_SENT_TO_M=
ERCHANT&x=3D1
SPC-EUAmazon-1
