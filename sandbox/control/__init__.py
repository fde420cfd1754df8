"""The control API: what people do in the chats, what is seen there, and the faults that a test orders."""
