namespace ServerLib.Passwords;

/// <summary>A password hash that another system has made.</summary>
internal interface IImportedHash
{
    /// <summary>Computes the hash of a password, and compares it in constant time.</summary>
    /// <param name="password">The password in UTF-8.</param>
    bool Verify(ReadOnlySpan<byte> password);
}
