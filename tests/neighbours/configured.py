"""The configurations that most commands are tried with: one account, and two."""

ONE = """\
timezone: Europe/Paris
operator: {email: owner@example.com}
accounts:
  - name: main
    seller: {name: Maison Exemple, marketplaces: [amazon.fr]}
    from: "Maison Exemple <service@example.com>"
    authserv_id: mx.example.com
    imap: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
    smtp: {host: localhost, username: service, password: {env: SELLER_PASSWORD}}
"""
TWO = f"""\
{ONE}\
  - name: second
    seller: {{name: Zweiter Laden, marketplaces: [amazon.de]}}
    from: "Zweiter Laden <laden@example.org>"
    imap: {{host: localhost, username: laden, password: {{env: SELLER_PASSWORD}}}}
    smtp: {{host: localhost, username: laden, password: {{env: SELLER_PASSWORD}}}}
"""
