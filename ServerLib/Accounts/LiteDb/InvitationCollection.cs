using System.Security.Cryptography;
using LiteDB;

namespace ServerLib.Accounts;

/// <summary>The invitations in the open user database, on its thread.</summary>
internal sealed class InvitationCollection(ILiteDatabase database)
{
    /// <summary>How many there may be that can be taken.</summary>
    public const int MaxOpen = 10_000;

    /// <summary>For how long those are kept that are taken or expired.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private static readonly byte[] Nobodys = new byte[SHA256.HashSizeInBytes];

    private readonly ILiteCollection<BsonDocument> _invitations = database.GetCollection("invitations");
    private readonly ILiteCollection<BsonDocument> _numbers = database.GetCollection("numbers");

    /// <summary>Makes an invitation, and forgets those that have long been of no use.</summary>
    /// <returns>It, and its code.</returns>
    /// <exception cref="ServerLibException">There are too many.</exception>
    public (InvitationRecord Invitation, string Code) Add(long now, long expiresAt)
    {
        List<InvitationRecord> all = ReadAll();
        if (all.Count(invitation => invitation.IsOpen(now)) >= MaxOpen)
            throw new ServerLibException($"There are {MaxOpen} invitations already that nobody has taken.");
        long longAgo = now - KeptFor.Ticks;
        foreach (InvitationRecord old in all.Where(each => !each.IsOpen(now) && Math.Max(each.TakenAt, each.ExpiresAt) < longAgo))
            _invitations.Delete(old.Id);

        // Never one that was given out before: the audit trail says by which number an account was registered.
        long id = Math.Max(LastNumber(), all.Count == 0 ? 0 : all[^1].Id) + 1;
        _numbers.Upsert(new BsonDocument { ["_id"] = "invitations", ["Last"] = id });
        string code = InvitationCode.Make(id);
        var made = new InvitationRecord { Id = id, Hash = InvitationCode.Read(code).Hash, CreatedAt = now, ExpiresAt = expiresAt };
        _invitations.Insert(made.ToDocument());
        return (made, code);
    }

    /// <summary>The one with that code, where it can be taken.</summary>
    public InvitationRecord? FindOpen(string code, long now)
    {
        (long number, byte[] hash) = InvitationCode.Read(code);
        InvitationRecord? found = Find(number);
        bool isRight = CryptographicOperations.FixedTimeEquals(hash, found?.Hash ?? Nobodys);
        return isRight && found is not null && found.IsOpen(now) ? found : null;
    }

    public InvitationRecord? Find(long number) =>
        _invitations.FindOne("$._id = @0", number) is { } document ? InvitationRecord.FromDocument(document) : null;

    public void Take(InvitationRecord invitation, string name, long now)
    {
        (invitation.TakenBy, invitation.TakenAt) = (name, now);
        if (!_invitations.Update(invitation.ToDocument()))
            throw new InvalidDataException($"The invitation number {invitation.Id} can't be found any more.");
    }

    public void Remove(InvitationRecord invitation) => _invitations.Delete(invitation.Id);

    /// <summary>The number that was given out last; 0 before, and where an earlier version wrote the file.</summary>
    public long LastNumber() => _numbers.FindById("invitations") is { } document ? document["Last"].AsInt64 : 0;

    /// <summary>All, the oldest first.</summary>
    public List<InvitationRecord> ReadAll() => [.. _invitations.Find(Query.All("_id")).Select(InvitationRecord.FromDocument)];
}
