using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ExternalLogin;

/// <summary>The HTTP service that knows the users.</summary>
internal sealed class LoginService(IHttpClientFactory clients)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Checks a password.</summary>
    /// <returns>The user; <see langword="null"/> if the name or the password is wrong.</returns>
    /// <exception cref="Exception">The service is down, too slow, or has answered something else.</exception>
    public async Task<ExternalUser?> FindUserAsync(string name, string password, CancellationToken cancellationToken)
    {
        using HttpClient http = clients.CreateClient(nameof(LoginService));
        using HttpResponseMessage response = await http.PostAsJsonAsync("login", new { name, password }, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<ExternalUser>(Json, cancellationToken)
            ?? throw new JsonException("The login service has answered 'null'.");
    }
}
