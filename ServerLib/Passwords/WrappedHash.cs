using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerLib.Passwords;

/// <summary>
/// A hash of an old hash: Argon2id of the lower-case hexadecimal SHA-256 of the password, <c>$argon2id-sha256$v=19$…</c>. The old hash itself
/// is weak, so it is not stored.
/// </summary>
internal static partial class WrappedHash
{
    private const string Prefix = "$argon2id-sha256$";
    private const string InnerPrefix = "$argon2id$";

    /// <summary>Whether a text is an old hash: the SHA-256 of a password in lower-case hexadecimal digits.</summary>
    public static bool IsOld(string text) => OldForm().IsMatch(text);

    /// <summary>The stored form of an Argon2id hash of an old hash.</summary>
    public static string Mark(string inner) => string.Concat(Prefix, inner.AsSpan(InnerPrefix.Length));

    /// <summary>Reads the form of <see cref="Mark"/>.</summary>
    /// <param name="text">The stored text.</param>
    /// <param name="inner">The Argon2id hash of the old hash.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? inner)
    {
        inner = null;
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && PasswordHash.TryParse(string.Concat(InnerPrefix, text.AsSpan(Prefix.Length)), out inner);
    }

    /// <summary>The old hash of a password.</summary>
    public static string OldHashOf(string password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        string old = Convert.ToHexStringLower(SHA256.HashData(bytes));
        CryptographicOperations.ZeroMemory(bytes);
        return old;
    }

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OldForm();
}
