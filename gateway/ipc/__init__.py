"""What the processes say to each other: messages, the channel they go over, and contents handed over as descriptors."""
