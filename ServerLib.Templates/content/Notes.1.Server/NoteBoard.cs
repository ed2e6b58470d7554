using Notes._1.Contracts;

namespace Notes._1.Server;

/// <summary>The newest notes. Calls of several users may run at the same time.</summary>
public sealed class NoteBoard
{
    private const int Capacity = 100;

    private readonly Queue<Note> _notes = [];

    public void Add(Note note)
    {
        lock (_notes)
        {
            if (_notes.Count == Capacity)
                _notes.Dequeue();
            _notes.Enqueue(note);
        }
    }

    public Note[] GetAll()
    {
        lock (_notes)
            return [.. _notes];
    }
}
