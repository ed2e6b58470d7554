using System.Security.Claims;
using System.Security.Principal;

namespace ServerLib.Authentication;

/// <summary>The role of accounts that are admins.</summary>
internal static class AdminRole
{
    private const string Name = "admin";

    /// <summary>The <see cref="Connection.User"/> of an admin.</summary>
    public static ClaimsPrincipal CreateUser(string alias)
    {
        var identity = new GenericIdentity(alias);
        identity.AddClaim(new Claim(identity.RoleClaimType, Name));
        return new ClaimsPrincipal(identity);
    }
}
