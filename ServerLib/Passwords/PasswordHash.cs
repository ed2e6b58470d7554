using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerLib.Passwords;

/// <summary>
/// A stored hash as a PHC string, <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>: base64 without padding, a salt of 16 bytes and a hash of
/// 32 bytes.
/// </summary>
internal sealed partial record PasswordHash(Argon2Cost Cost, byte[] Salt, byte[] Hash)
{
    public const int SaltSize = 16;
    public const int HashSize = 32;
    private const int MaxLength = 128;

    /// <summary>Reads the form of <see cref="ToString"/>. Rejects any other form, and a cost that is not allowed.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        if (text.Length > MaxLength || Form().Match(text) is not { Success: true, Groups: var part })
            return false;
        var cost = new Argon2Cost(Number(part["m"]), Number(part["t"]), Number(part["p"]));
        byte[] salt = Convert.FromBase64String(part["salt"].Value + "==");
        var read = new PasswordHash(cost, salt, Convert.FromBase64String(part["hash"].Value + "="));

        // Base64 has spare bits at its end, so the same hash could be written in several ways.
        if (!cost.IsAllowed || read.ToString() != text)
            return false;
        hash = read;
        return true;

        static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>The PHC string.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={Cost.MemorySize},t={Cost.Iterations},p={Cost.Parallelism}${Base64(Salt)}${Base64(Hash)}");

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    [GeneratedRegex(
        @"\A\$argon2id\$v=19\$m=(?<m>[1-9][0-9]{0,6}),t=(?<t>[1-9][0-9]{0,3}),p=(?<p>[1-9][0-9]{0,2})" +
        @"\$(?<salt>[A-Za-z0-9+/]{22})\$(?<hash>[A-Za-z0-9+/]{43})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
