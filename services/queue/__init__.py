"""Numbers for the queues of the wards' service points: when they are open, and who comes when."""

from services.queue.bookings import (
    Booking,
    BookingNotFound,
    BookingOver,
    NotOffered,
    Queue,
    QueueError,
    SlotFull,
    TooManyBookings,
)
from services.queue.hours import Calendar, Slot, session_of
from services.queue.settings import QueueSettings

__all__ = [
    "Booking",
    "BookingNotFound",
    "BookingOver",
    "Calendar",
    "NotOffered",
    "Queue",
    "QueueError",
    "QueueSettings",
    "Slot",
    "SlotFull",
    "TooManyBookings",
    "session_of",
]
