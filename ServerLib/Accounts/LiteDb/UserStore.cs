using LiteDB;
using ServerLib.Files;
using ServerLib.Passwords;

namespace ServerLib.Accounts;

/// <summary>The open user database, on its thread.</summary>
internal sealed class UserStore : IDatabaseStore
{
    public const string FileName = "users.db";

    /// <summary>The longest key that is looked for, in bytes of UTF-8: the engine can't index more than 1,023.</summary>
    public const int MaxKeyBytes = 1_000;

    private readonly DatabaseFile _file;
    private readonly AccountsMarker _marker;
    private readonly ILiteCollection<BsonDocument> _users;
    private readonly ILiteCollection<BsonDocument> _decoys;
    private bool _hasMarker;
    private long _lastId;
    private long _count;

    private UserStore(DatabaseFile file, AccountsMarker marker)
    {
        _file = file;
        _marker = marker;
        _users = file.Database.GetCollection("users");
        _decoys = file.Database.GetCollection("decoys");
        Invitations = new InvitationCollection(file.Database);
        Bans = new BanCollection(file.Database);
    }

    public InvitationCollection Invitations { get; }

    public BanCollection Bans { get; }

    /// <summary>
    /// Opens the database, or makes one. All that it holds is read before anything is written; then it is brought up to
    /// <paramref name="live"/>: who is not connected any more is logged off.
    /// </summary>
    /// <exception cref="ServerLibException">It is damaged, or its accounts are lost; the file is as it was.</exception>
    public static UserStore Open(string folder, LiveNumbers live, Func<string, Stream> openStream)
    {
        var marker = new AccountsMarker(folder);
        string path = Path.Combine(folder, FileName);
        DatabaseFile? file = null;
        try
        {
            if (marker.Exists && !HasContent(path))
                throw marker.Refuse($"The user database '{path}' is missing or empty");
            file = DatabaseFile.Open(path, isDurable: true, openStream);
            var store = new UserStore(file, marker);
            List<UserRecord> strays = store.ReadAll(live);
            if (marker.Exists && store._lastId == 0)
                throw marker.Refuse($"The user database '{path}' holds no account");
            file.Accept();
            store.Prepare(strays, live);
            return store;
        }
        catch (Exception e)
        {
            file?.Freeze();
            file?.Dispose();
            throw e as ServerLibException ?? new ServerLibException(
                $"The user database '{path}' can't be opened: {e.Message} "
                + "If it is damaged, restore it from a backup; without any account in it, it may be moved away.",
                e);
        }
    }

    public void Begin() => _file.Begin();

    public bool Commit()
    {
        bool hasWritten = _file.Commit();

        // No account is acknowledged before it; and while there is none, a kill must not leave it behind.
        if (!_hasMarker && _count > 0)
            _marker.Write();
        else if (_hasMarker && _count == 0)
            _marker.Delete();
        _hasMarker = _count > 0;
        return hasWritten;
    }

    public void Freeze() => _file.Freeze();

    public void Dispose() => _file.Dispose();

    public UserRecord? Find(string key) =>
        _users.FindOne("$.Key = @0", key) is { } document ? UserRecord.FromDocument(document) : null;

    /// <summary>Up to <paramref name="count"/> accounts in the order registered, after the one numbered <paramref name="id"/>.</summary>
    public List<UserRecord> ReadAfter(long id, int count) =>
        [.. _users.Find(BsonExpression.Create("$._id > @0", id), limit: count).Select(UserRecord.FromDocument)];

    /// <summary>Adds an account, unless its name is taken.</summary>
    public bool TryAdd(string key, string name, string passwordHash, string address, long now)
    {
        if (Find(key) is not null)
            return false;
        var user = new UserRecord
        {
            Id = _lastId + 1,
            Key = key,
            Name = name,
            PasswordHash = passwordHash,
            PasswordSetAt = now,
            RegisteredFrom = address,
            RegisteredAt = now,
        };
        _users.Insert(user.ToDocument());
        _lastId = user.Id;
        _count++;
        return true;
    }

    public void Remove(UserRecord user)
    {
        if (!_users.Delete(user.Id))
            throw new InvalidDataException($"The account number {user.Id} can't be found any more.");
        _count--;
    }

    public void Update(UserRecord user)
    {
        if (!_users.Update(user.ToDocument()))
            throw new InvalidDataException($"The account number {user.Id} can't be found any more.");
    }

    /// <summary>Writes an attempt that nobody will read, so that an unknown name takes as long as a known one.</summary>
    public void AttemptNobody(string address)
    {
        UserRecord decoy = _decoys.FindOne("$.Key = @0", "") is { } document
            ? UserRecord.FromDocument(document)
            : new UserRecord { Id = 1, Key = "", Name = "", PasswordHash = "" };
        decoy.Attempt(address);
        _decoys.Upsert(decoy.ToDocument());
    }

    /// <summary>Asks the file itself: a link to it has a length of its own, and is there when the file isn't.</summary>
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

    /// <summary>Reads every account by both indexes, and finds those whose connections are not what they should be.</summary>
    private List<UserRecord> ReadAll(LiveNumbers live)
    {
        var strays = new List<UserRecord>();
        _ = Invitations.ReadAll();
        _ = Invitations.LastNumber();
        foreach (BsonDocument document in _users.Find(Query.All("Key")))
        {
            _count++;
            UserRecord user = UserRecord.FromDocument(document);
            _lastId = Math.Max(_lastId, user.Id);
            if (user.ActiveConnections != live.Active(user.Key))
                strays.Add(user);
        }

        return _users.LongCount() == _count ? strays : throw new InvalidDataException("Its indexes don't match.");
    }

    private void Prepare(List<UserRecord> strays, LiveNumbers live)
    {
        _users.EnsureIndex("Key", "$.Key", unique: true);
        _decoys.EnsureIndex("Key", "$.Key", unique: true);
        Begin();
        foreach (UserRecord user in strays)
        {
            user.LogOffTo(live.Active(user.Key));
            Update(user);
        }

        Commit();
    }
}
