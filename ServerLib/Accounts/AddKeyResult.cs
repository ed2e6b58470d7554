namespace ServerLib;

/// <summary>What became of a key that was to be added to an account.</summary>
public enum AddKeyResult
{
    /// <summary>The account has it now.</summary>
    Added,

    /// <summary>There is no such account.</summary>
    NoSuchUser,

    /// <summary>It is no RSA public key of 2048 to 8192 bits.</summary>
    KeyRefused,

    /// <summary>It can't be called that.</summary>
    NameRefused,

    /// <summary>Another key of the account is called that.</summary>
    NameTaken,

    /// <summary>The account has that key already, by whatever name.</summary>
    KnownKey,

    /// <summary>The account has as many keys as it may.</summary>
    TooMany,
}
