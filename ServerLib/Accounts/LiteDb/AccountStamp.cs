using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiteDB;

namespace ServerLib.Accounts;

/// <summary>The security stamp of a stored account.</summary>
internal static class AccountStamp
{
    private const int Size = 16;

    /// <summary>A stamp that no account has had.</summary>
    public static Guid Create() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>
    /// The stamp of an account that was written by a version without stamps, which also removes them. It is computed from what changes it, so
    /// it also changes while such a version is in use.
    /// </summary>
    public static Guid Of(UserRecord user)
    {
        string facts = string.Create(
            CultureInfo.InvariantCulture,
            $"{user.Id} {user.RegisteredAt} {user.PasswordSetAt} {user.IsAdmin} {user.IsLocked} {user.PasswordHash} {user.Key} ");
        facts += string.Join(' ', user.Keys.Select(key => key.Fingerprint));
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(facts)).AsSpan(0, Size));
    }

    /// <summary>Reads a stored stamp.</summary>
    /// <returns><see langword="null"/> if there is none.</returns>
    public static Guid? Read(BsonValue value) => value.IsGuid ? value.AsGuid : null;

    public static BsonValue Write(Guid? stamp) => stamp is { } value ? new BsonValue(value) : BsonValue.Null;
}
