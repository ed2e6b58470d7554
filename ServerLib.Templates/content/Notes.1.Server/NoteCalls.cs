using Notes._1.Contracts;
using ServerLib;

namespace Notes._1.Server;

/// <summary>The methods that clients can call. Each call gets its own instance.</summary>
public sealed class NoteCalls(NoteBoard board, IMessageRouter router)
{
    private const int MaxLength = 200;

    [Call("add-note")]
    public async Task AddAsync(AddNote call, Connection from, CancellationToken cancellationToken)
    {
        if (call.Text.Length > MaxLength)
            throw new CallException(1, $"A note has at most {MaxLength} characters.");
        var note = new Note(from.Alias, call.Text);
        board.Add(note);
        await router.SendEventToAllAsync("note-added", note, cancellationToken: cancellationToken);
    }

    [Call("get-notes")]
    public Note[] GetAll() => board.GetAll();
}
