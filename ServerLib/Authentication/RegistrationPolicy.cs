namespace ServerLib;

/// <summary>Who may register.</summary>
public enum RegistrationPolicy
{
    /// <summary>The first login with a name registers it.</summary>
    Open,

    /// <summary>Only an admin adds accounts.</summary>
    Closed,

    /// <summary>An unknown name is registered by a login that brings the code of an invitation, which is good for one.</summary>
    Invitation,
}
