using System.Security.Claims;

namespace ServerLib.Administration.Commands;

/// <summary>The roles of accounts.</summary>
internal static class Roles
{
    public const string Admin = "admin";

    /// <summary>Says why nobody with this name can be an admin; <see langword="null"/> if that is possible.</summary>
    public static string? FindAdminProblem(string name) => AuditTrail.ReservedActors.FirstOrDefault(other => UserName.Same(name, other)) is { } reserved
        ? $"{name} cannot be an admin, because the audit trail uses the name '{reserved}' for something else"
        : null;

    /// <summary>The same user with or without the role.</summary>
    public static ClaimsPrincipal Change(ClaimsPrincipal user, bool isAdmin)
    {
        ClaimsPrincipal changed = user.Clone();
        foreach (ClaimsIdentity identity in changed.Identities)
        {
            foreach (Claim role in identity.FindAll(claim => claim.Type == identity.RoleClaimType && claim.Value == Admin).ToArray())
                identity.RemoveClaim(role);
        }

        if (isAdmin && changed.Identity is ClaimsIdentity first)
            first.AddClaim(new Claim(first.RoleClaimType, Admin));
        return changed;
    }
}
