namespace ServerLib.Passwords;

/// <summary>
/// Reads the password hashes of other systems. A hash that takes too much time or memory is refused: logins would block a hashing thread,
/// or the process would run out of memory.
/// </summary>
internal static class ImportedHash
{
    /// <summary>The longest text of a hash.</summary>
    public const int MaxLength = 512;

    /// <summary>The most memory that a hash may take, in KiB.</summary>
    public const int MaxMemory = 512 * 1024;

    private const string Known = "it must be a bcrypt, scrypt, PBKDF2 or Argon2 hash";

    /// <summary>Reads a hash.</summary>
    /// <param name="text">A PHC or crypt string.</param>
    /// <param name="problem">Why it cannot be used; <see langword="null"/> if it can.</param>
    /// <returns>The hash; <see langword="null"/> if it cannot be used.</returns>
    public static IImportedHash? Parse(string text, out string? problem)
    {
        problem = null;
        try
        {
            if (text.Length > MaxLength)
                throw new FormatException($"it is longer than {MaxLength} characters");
            return Parse(text);
        }
        catch (FormatException e)
        {
            problem = e.Message;
            return null;
        }
    }

    private static IImportedHash Parse(string text)
    {
        if (text is ['$', '2', _, '$', ..])
            return BcryptHash.Parse(text);
        if (text.StartsWith(ScryptCrypt.Prefix, StringComparison.Ordinal))
            return ScryptCrypt.Parse(text);
        PhcString phc = PhcString.Parse(text) ?? throw new FormatException(Known);
        return phc.Id switch
        {
            "argon2id" or "argon2i" => Argon2Hash.Parse(phc),
            "scrypt" => ScryptHash.Parse(phc),
            "pbkdf2-sha256" or "pbkdf2-sha512" => Pbkdf2Hash.Parse(phc),
            _ => throw new FormatException(Known),
        };
    }
}
