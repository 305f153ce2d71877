"""Bookings: find one again, print its tickets again, give seats and money back."""
