"""What all tables are in."""

from sqlalchemy import MetaData

metadata = MetaData()
