"""The line of rooms that a message walks through, from envelope to verdict."""
