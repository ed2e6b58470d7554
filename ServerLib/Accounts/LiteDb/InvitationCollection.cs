using System.Security.Cryptography;
using LiteDB;

namespace ServerLib.Accounts;

/// <summary>The invitations in the user database. Used only on the database's thread.</summary>
internal sealed class InvitationCollection(ILiteDatabase database)
{
    /// <summary>The most unused invitations.</summary>
    public const int MaxOpen = 10_000;

    /// <summary>How long used and expired invitations are stored.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    private readonly ILiteCollection<BsonDocument> _invitations = database.GetCollection("invitations");
    private readonly ILiteCollection<BsonDocument> _numbers = database.GetCollection("numbers");

    /// <summary>Creates an invitation, and deletes those that were used or expired long ago.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="expiresAt">When it expires.</param>
    /// <param name="deletesOld">Whether the clock can be trusted with deletions.</param>
    /// <returns>The invitation and its code.</returns>
    /// <exception cref="ServerLibException">There are too many unused invitations.</exception>
    public (StoredInvitation Invitation, string Code) Add(long now, long expiresAt, bool deletesOld)
    {
        List<StoredInvitation> all = ReadAll();
        if (all.Count(invitation => invitation.IsOpen(now)) >= MaxOpen)
            throw new ServerLibException($"There are already {MaxOpen} unused invitations. Withdraw some of them first.");
        long longAgo = now - Retention.Ticks;
        foreach (StoredInvitation old in all.Where(each => deletesOld && !each.IsOpen(now) && Math.Max(each.TakenAt, each.ExpiresAt) < longAgo))
            _invitations.Delete(old.Id);

        // A number is never used again, because the audit trail identifies invitations by it.
        long id = HighestNumber() + 1;
        UseNumbersTo(id);
        string code = InvitationCode.Create(id);
        var created = new StoredInvitation { Id = id, Hash = InvitationCode.Parse(code).Hash, CreatedAt = now, ExpiresAt = expiresAt };
        Add(created);
        return (created, code);
    }

    /// <summary>Adds an invitation. Its number is not in use.</summary>
    public void Add(StoredInvitation invitation) => _invitations.Insert(invitation.ToDocument());

    /// <summary>Finds the invitation with this code if it can be used.</summary>
    public StoredInvitation? FindOpen(string code, long now)
    {
        (long number, byte[] hash) = InvitationCode.Parse(code);
        StoredInvitation? found = Find(number);
        bool isRight = CryptographicOperations.FixedTimeEquals(hash, found?.Hash ?? NoHash);
        return isRight && found is not null && found.IsOpen(now) ? found : null;
    }

    public StoredInvitation? Find(long number) =>
        _invitations.FindOne("$._id = @0", number) is { } document ? StoredInvitation.FromDocument(document) : null;

    public void MarkUsed(StoredInvitation invitation, string name, long now)
    {
        (invitation.TakenBy, invitation.TakenAt) = (name, now);
        if (!_invitations.Update(invitation.ToDocument()))
            throw new InvalidDataException($"Invitation {invitation.Id} no longer exists.");
    }

    public void Remove(StoredInvitation invitation) => _invitations.Delete(invitation.Id);

    /// <summary>The last number in use; 0 if there was none, or if an early version wrote the file.</summary>
    public long LastNumber() => _numbers.FindById("invitations") is { } document ? document["Last"].AsInt64 : 0;

    /// <summary>The highest number that an invitation has had; 0 if there was none.</summary>
    public long HighestNumber() => Math.Max(
        LastNumber(), _invitations.Find(Query.All("_id", Query.Descending), limit: 1).FirstOrDefault() is { } last ? last["_id"].AsInt64 : 0);

    /// <summary>Makes later invitations have higher numbers than this.</summary>
    public void UseNumbersTo(long number)
    {
        if (number > LastNumber())
            _numbers.Upsert(new BsonDocument { ["_id"] = "invitations", ["Last"] = number });
    }

    /// <summary>Reads up to <paramref name="count"/> invitations with higher numbers, oldest first.</summary>
    public List<StoredInvitation> ReadAfter(long number, int count) =>
        [.. _invitations.Find(BsonExpression.Create("$._id > @0", number), limit: count).Select(StoredInvitation.FromDocument)];

    /// <summary>Reads all invitations, oldest first.</summary>
    public List<StoredInvitation> ReadAll() => [.. _invitations.Find(Query.All("_id")).Select(StoredInvitation.FromDocument)];
}
