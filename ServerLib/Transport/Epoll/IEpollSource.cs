namespace ServerLib.Transport;

/// <summary>An object whose events an <see cref="EpollLoop"/> handles.</summary>
internal interface IEpollSource
{
    /// <summary>
    /// Identifies the object in events: its slot in the loop and a number that no other owner of the slot has.
    /// <see cref="EpollSlots.NoSource"/> while it is not watched.
    /// </summary>
    ulong Tag { get; set; }

    /// <summary>Decides on which thread its code continues after an event.</summary>
    ContinuationAffinity? Affinity { get; set; }

    /// <summary>The name in the log if its code blocks the loop.</summary>
    string Description { get; }

    /// <summary>Handles an event on the loop's thread, and runs the code that waits for it.</summary>
    void OnReady(uint events);
}
