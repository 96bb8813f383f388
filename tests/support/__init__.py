"""What tests of several rooms hold the program against."""
