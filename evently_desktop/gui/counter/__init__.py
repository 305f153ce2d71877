"""The counter: choose an event, choose seats, take the money, hand over the tickets."""
