"""What phones, kiosks and scrutineers ask for. No cookie, no account, no address."""
