using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>The keys that the client uses after it has reconnected, as the server has accepted them.</summary>
internal sealed class AcceptedKeys(ServerClientOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<SentKey> _saved = [];
    private SentKey? _sent;

    /// <summary>The key that other users can ask for; <see langword="null"/> if there is none.</summary>
    public SentKey? Sent
    {
        get
        {
            lock (_lock)
                return _sent;
        }
    }

    /// <summary>Notes that the server gives the key to other users.</summary>
    public void OnSent(SentKey key)
    {
        lock (_lock)
            _sent = key;
    }

    /// <summary>Notes that the account has the key.</summary>
    public void OnSaved(SentKey key)
    {
        lock (_lock)
        {
            _saved.Add(key);
            _sent = key;
        }
    }

    /// <summary>If the account no longer has the key by which the client logs in, it uses the newest one that it has saved.</summary>
    /// <param name="login">The key by which the client logs in.</param>
    /// <param name="account">The account's keys.</param>
    public void OnRemoved(SentKey login, IEnumerable<CompactControl.SavedKey?> account)
    {
        HashSet<string?> left = [.. account.Select(key => key?.Fingerprint)];
        lock (_lock)
        {
            if (!left.Contains(login.Fingerprint) && _saved.FindLast(key => left.Contains(key.Fingerprint)) is { } other)
                options.PrivateKey = other.Key;
        }
    }
}
