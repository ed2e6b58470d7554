namespace ServerLib;

/// <summary>The result of adding a key to an account.</summary>
public enum AddKeyResult
{
    /// <summary>The key was added.</summary>
    Added,

    /// <summary>There is no account with this name.</summary>
    NoSuchUser,

    /// <summary>The key is not an RSA public key of 2048 to 8192 bits.</summary>
    KeyRefused,

    /// <summary>The key's name does not follow the rules for names.</summary>
    NameRefused,

    /// <summary>The account has another key with this name.</summary>
    NameTaken,

    /// <summary>The account already has this key, possibly under another name.</summary>
    KnownKey,

    /// <summary>The account has the maximum number of keys.</summary>
    TooMany,
}
