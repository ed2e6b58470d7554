namespace ServerLib;

/// <summary>Controls who may register.</summary>
public enum RegistrationPolicy
{
    /// <summary>The first login with an unknown name creates the account.</summary>
    Open,

    /// <summary>Only an admin creates accounts.</summary>
    Closed,

    /// <summary>A login with an unknown name creates the account if it contains the code of an invitation. A code works once.</summary>
    Invitation,
}
