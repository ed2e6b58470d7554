using LiteDB;
using ServerLib.Files;
using ServerLib.Passwords;

namespace ServerLib.Accounts;

/// <summary>The open user database. Used only on the database's thread.</summary>
internal sealed class UserStore : IDatabaseStore
{
    public const string FileName = "users.db";

    /// <summary>The longest key, in bytes of UTF-8. LiteDB can't index more than 1,023 bytes.</summary>
    public const int MaxKeyBytes = 1_000;

    private readonly DatabaseFile _file;
    private readonly AccountsMarker _marker;
    private readonly ILiteCollection<BsonDocument> _users;
    private readonly ILiteCollection<BsonDocument> _decoys;
    private readonly LiveCounters _live;
    private bool _hasMarker;
    private bool _hasAccounts;
    private long _lastId;

    private UserStore(DatabaseFile file, AccountsMarker marker, LiveCounters live)
    {
        (_file, _marker, _live) = (file, marker, live);
        _users = file.Database.GetCollection("users");
        _decoys = file.Database.GetCollection("decoys");
        Invitations = new InvitationCollection(file.Database);
        Bans = new BanCollection(file.Database);
    }

    public InvitationCollection Invitations { get; }

    public BanCollection Bans { get; }

    /// <summary>
    /// Opens the database, or creates it. Unless the file is large, everything in it is read before anything is written. Connections that are
    /// not in <paramref name="live"/> count as logged off: they were open when a process was killed.
    /// </summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="live">The open connections.</param>
    /// <param name="openStream">Opens a file.</param>
    /// <param name="torn">Is called with the log's path and the number of incomplete pages at its end, before they are removed.</param>
    /// <exception cref="ServerLibException">The database is damaged or missing its accounts. The file is unchanged.</exception>
    public static UserStore Open(string folder, LiveCounters live, Func<string, Stream> openStream, Action<string, int> torn)
    {
        var marker = new AccountsMarker(folder);
        string path = Path.Combine(folder, FileName);
        DatabaseFile? file = null;
        try
        {
            if (marker.Exists && !HasContent(path))
                throw marker.Refuse($"The user database '{path}' is missing or empty");
            file = DatabaseFile.Open(path, isDurable: true, openStream);
            var store = new UserStore(file, marker, live);
            if (file.IsCheckedAtStart)
                _ = store.ReadAll();
            store._lastId = store.FindLastId();
            store._hasAccounts = store._lastId > 0;
            if (marker.Exists && !store._hasAccounts)
                throw marker.Refuse($"The user database '{path}' contains no accounts");
            if (file.TornPages > 0)
                torn(DatabaseFile.LogPath(path), file.TornPages);
            file.Accept();
            store.Prepare();
            return store;
        }
        catch (Exception e)
        {
            file?.Freeze();
            file?.Dispose();
            throw e as ServerLibException ?? new ServerLibException(
                $"The user database '{path}' cannot be opened: {e.Message} "
                + "If it is damaged, restore it from a backup. If it contains no accounts, you can move it away.",
                e);
        }
    }

    /// <summary>Reads everything in a copy of a database. Only the engine may write to it, when it shortens its log.</summary>
    /// <param name="folder">The folder with the copy.</param>
    /// <returns>The number of accounts.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static long Check(string folder)
    {
        using UserStore store = Open(folder, new LiveCounters(), DatabaseFile.OpenStream, (_, _) => { });
        _ = store.Bans.ReadAll(out _);
        return store.ReadAll();
    }

    public void Begin() => _file.Begin();

    public bool Commit()
    {
        bool hasWritten = _file.Commit();

        // Callers get their results after this, so the marker exists before the first account is confirmed.
        if (!_hasMarker && _hasAccounts)
            _marker.Write();
        else if (_hasMarker && !_hasAccounts)
            _marker.Delete();
        _hasMarker = _hasAccounts;
        return hasWritten;
    }

    public void Probe()
    {
        UserRecord probe = new() { Id = -1, Key = "probe", Name = "", PasswordHash = "" };
        _decoys.Insert(probe.ToDocument());
        _decoys.Delete(probe.Id);
    }

    public void Freeze() => _file.Freeze();

    public void Dispose() => _file.Dispose();

    public UserRecord? Find(string key) =>
        _users.FindOne("$.Key = @0", key) is { } document ? Read(document) : null;

    /// <summary>Reads up to <paramref name="count"/> accounts in the order of registration, after the account <paramref name="id"/>.</summary>
    public List<UserRecord> ReadAfter(long id, int count) =>
        [.. _users.Find(BsonExpression.Create("$._id > @0", id), limit: count).Select(Read)];

    /// <summary>Adds an account unless its name is taken.</summary>
    public bool TryAdd(string key, string name, string passwordHash, string address, long now) => TryAdd(key, (id, _) => new UserRecord
    {
        Id = id,
        Key = key,
        Name = name,
        PasswordHash = passwordHash,
        PasswordSetAt = now,
        StoredStamp = AccountStamp.Create(),
        RegisteredFrom = address,
        RegisteredAt = now,
    });

    /// <summary>Adds an account unless its name is taken.</summary>
    /// <param name="key">The name in the form in which names are compared.</param>
    /// <param name="create">Creates the account with its id and key.</param>
    public bool TryAdd(string key, Func<long, string, UserRecord> create)
    {
        if (Find(key) is not null)
            return false;
        UserRecord user = create(_lastId + 1, key);
        _users.Insert(user.ToDocument());
        _lastId = user.Id;
        _hasAccounts = true;
        return true;
    }

    public void Remove(UserRecord user)
    {
        if (!_users.Delete(user.Id))
            throw new InvalidDataException($"Account {user.Id} no longer exists.");
        _hasAccounts = FindLastId() > 0;
    }

    public void Update(UserRecord user)
    {
        if (!_users.Update(user.ToDocument()))
            throw new InvalidDataException($"Account {user.Id} no longer exists.");
    }

    /// <summary>Writes an attempt to a decoy account, so that a login with an unknown name takes as long as with a known one.</summary>
    public void RecordUnknownAttempt(string address)
    {
        UserRecord decoy = _decoys.FindOne("$.Key = @0", "") is { } document
            ? UserRecord.FromDocument(document)
            : new UserRecord { Id = 1, Key = "", Name = "", PasswordHash = "" };
        decoy.AddAttempt(address);
        _decoys.Upsert(decoy.ToDocument());
    }

    /// <summary>Opens the file to read its length, because a symbolic link has its own length and can exist without its target.</summary>
    private static bool HasContent(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            return file.Length > 0;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads an account. An account that says that it has more connections than are open was not logged off: the process was killed, or the
    /// database failed. To look for such accounts at the start would take too long.
    /// </summary>
    private UserRecord Read(BsonDocument document)
    {
        UserRecord user = UserRecord.FromDocument(document);
        if (user.ActiveConnections > _live.Active(user.Key))
            user.LogOffTo(_live.Active(user.Key));
        return user;
    }

    /// <summary>Reads every account through both indexes.</summary>
    /// <returns>The number of accounts.</returns>
    private long ReadAll()
    {
        _ = Invitations.ReadAll();
        _ = Invitations.LastNumber();
        long count = 0;
        foreach (BsonDocument document in _users.Find(Query.All("Key")))
        {
            _ = UserRecord.FromDocument(document);
            count++;
        }

        return _users.LongCount() == count ? count : throw new InvalidDataException("Its indexes do not match.");
    }

    private long FindLastId() =>
        _users.Find(Query.All("_id", Query.Descending), limit: 1).FirstOrDefault() is { } last ? last["_id"].AsInt64 : 0;

    private void Prepare()
    {
        _users.EnsureIndex("Key", "$.Key", unique: true);
        _decoys.EnsureIndex("Key", "$.Key", unique: true);
        Begin();
        Commit();
    }
}
