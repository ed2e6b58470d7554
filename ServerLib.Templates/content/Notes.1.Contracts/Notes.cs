namespace Notes._1.Contracts;

/// <summary>A note on the board: the data of the event <c>note-added</c>.</summary>
public sealed record Note(string Author, string Text);

/// <summary>The argument of the call <c>add-note</c>.</summary>
public sealed record AddNote(string Text);
