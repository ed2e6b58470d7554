namespace ServerLib.Authentication;

/// <summary>
/// The passwords that are being compared now, which may turn out to be wrong. There are at most as many as connections. Not thread-safe.
/// </summary>
internal sealed class PendingPasswords
{
    private readonly Dictionary<AttemptSource, List<ulong>> _tags = [];

    /// <summary>The number of pending passwords of a source.</summary>
    public int Count(AttemptSource source) => Of(source).Count;

    /// <summary>The number of different pending passwords of a source that are not yet known to be wrong.</summary>
    /// <param name="source">The source.</param>
    /// <param name="wrong">Its wrong passwords.</param>
    public int CountDifferent(AttemptSource source, WrongPasswords? wrong) =>
        Of(source).Distinct().Count(tag => wrong?.Contains(tag) != true);

    /// <summary>Whether a source has a pending password with this tag.</summary>
    public bool Contains(AttemptSource source, ulong tag) => Of(source).Contains(tag);

    /// <summary>Adds a password.</summary>
    public void Add(AttemptSource source, ulong tag)
    {
        if (!_tags.TryGetValue(source, out List<ulong>? tags))
            _tags.Add(source, tags = []);
        tags.Add(tag);
    }

    /// <summary>Removes a password that was added.</summary>
    public void Remove(AttemptSource source, ulong tag)
    {
        List<ulong> tags = _tags[source];
        tags.Remove(tag);
        if (tags.Count == 0)
            _tags.Remove(source);
    }

    private List<ulong> Of(AttemptSource source) => _tags.TryGetValue(source, out List<ulong>? tags) ? tags : [];
}
