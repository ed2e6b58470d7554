namespace ServerLib;

/// <summary>Who may register.</summary>
public enum RegistrationPolicy
{
    /// <summary>The first login with a name registers it.</summary>
    Open,

    /// <summary>Only an admin adds accounts.</summary>
    Closed,
}
