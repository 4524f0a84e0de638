"""What the bot does, a feature a file: values in, an Outcome out; nothing is sent from here."""
