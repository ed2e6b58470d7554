using Microsoft.AspNetCore.Identity;

// Stands for the service that you already have. It knows two users.
var hasher = new PasswordHasher<string>();
User[] users =
[
    new("Ada", hasher.HashPassword("Ada", "correct horse"), ["editor"]),
    new("Grace", hasher.HashPassword("Grace", "battery staple"), []),
];
string hashOfNobody = hasher.HashPassword("", Guid.NewGuid().ToString());

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
WebApplication app = builder.Build();
app.MapPost("/login", (Login login) =>
{
    // An unknown name takes as long as a known one.
    User? user = users.FirstOrDefault(user => string.Equals(user.Name, login.Name, StringComparison.OrdinalIgnoreCase));
    PasswordVerificationResult verified = hasher.VerifyHashedPassword("", user?.PasswordHash ?? hashOfNobody, login.Password);
    return user is null || verified == PasswordVerificationResult.Failed
        ? Results.Unauthorized()
        : Results.Ok(new { user.Name, user.Roles });
});
app.Run();

internal sealed record Login(string Name, string Password);

internal sealed record User(string Name, string PasswordHash, string[] Roles);
