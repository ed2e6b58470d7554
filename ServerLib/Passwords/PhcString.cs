using System.Globalization;

namespace ServerLib.Passwords;

/// <summary>
/// The parts of a PHC string, <c>$id$v=19$m=65536,t=3,p=4$salt$hash</c>, or of passlib's form for PBKDF2, <c>$id$29000$salt$hash</c>.
/// </summary>
/// <param name="Id">The function.</param>
/// <param name="Version">The version; <see langword="null"/> if there is none.</param>
/// <param name="Parameters">The parameters. The number in passlib's form has an empty name.</param>
/// <param name="Salt">The salt.</param>
/// <param name="Hash">The hash.</param>
internal sealed record PhcString(string Id, int? Version, IReadOnlyDictionary<string, int> Parameters, byte[] Salt, byte[] Hash)
{
    private const int MaxSalt = 64;
    private const string VersionName = "v=";

    /// <summary>Reads a PHC string.</summary>
    /// <returns><see langword="null"/> if the text does not have this form.</returns>
    /// <exception cref="FormatException">A part is not valid.</exception>
    public static PhcString? Parse(string text)
    {
        string[] parts = text.Split('$');
        if (parts is not ["", var id, .., var salt, var hash] || parts.Length is not (5 or 6))
            return null;
        int? version = parts.Length == 6 && parts[2].StartsWith(VersionName, StringComparison.Ordinal)
            ? Number(parts[2][VersionName.Length..])
            : null;
        if (parts.Length == 6 && version is null)
            return null;
        byte[] saltBytes = Decode(salt);
        if (saltBytes.Length > MaxSalt)
            throw new FormatException($"its salt is longer than {MaxSalt} bytes");
        return new PhcString(id, version, ReadParameters(parts[^3]), saltBytes, Decode(hash));
    }

    /// <summary>A parameter that must be there.</summary>
    /// <exception cref="FormatException">It is missing.</exception>
    public int this[string name] =>
        Parameters.TryGetValue(name, out int value) ? value : throw new FormatException($"its parameter '{name}' is missing");

    /// <exception cref="FormatException">There are other parameters, or a parameter is out of its range.</exception>
    public void CheckNames(params ReadOnlySpan<string> allowed)
    {
        foreach (string name in Parameters.Keys)
        {
            if (!allowed.Contains(name))
                throw new FormatException("it has an unknown parameter");
        }
    }

    /// <summary>Checks the length of the hash. A file that was cut off must not make a short hash, which many passwords match.</summary>
    /// <exception cref="FormatException">It has another length.</exception>
    public void CheckLength(params ReadOnlySpan<int> allowed)
    {
        if (!allowed.Contains(Hash.Length))
            throw new FormatException($"its hash has {Hash.Length} bytes, which is not usual; it may be cut off");
    }

    private static Dictionary<string, int> ReadParameters(string text)
    {
        var parameters = new Dictionary<string, int>();
        foreach (string part in text.Split(','))
        {
            string[] pair = part.Split('=');
            (string name, string value) = pair.Length == 2 ? (pair[0], pair[1]) : ("", pair[0]);
            if (pair.Length > 2 || !parameters.TryAdd(name, Number(value)))
                throw new FormatException("its parameters are not valid");
        }

        return parameters;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new FormatException("a parameter is not a number, or too large");

    /// <summary>Decodes base64 without padding. Passlib writes <c>.</c> in place of <c>+</c>.</summary>
    private static byte[] Decode(string text)
    {
        if (text.Length % 4 == 1 || text.AsSpan().ContainsAny('=', ' ', '\t'))
            throw new FormatException("its base64 is not valid");
        try
        {
            return Convert.FromBase64String(text.Replace('.', '+') + new string('=', (4 - (text.Length % 4)) % 4));
        }
        catch (FormatException)
        {
            throw new FormatException("its base64 is not valid");
        }
    }
}
