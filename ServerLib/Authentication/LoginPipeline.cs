namespace ServerLib.Authentication;

/// <summary>Takes each login attempt through the server's own steps, and then to the <see cref="IAuthenticator"/>.</summary>
internal sealed class LoginPipeline
{
    private readonly Func<LoginContext, CancellationToken, ValueTask<LoginResult>> _first;

    /// <summary>Builds a pipeline.</summary>
    /// <param name="authenticator">Decides.</param>
    /// <param name="steps">The steps before and after that, the outermost first.</param>
    public LoginPipeline(IAuthenticator authenticator, params ReadOnlySpan<ILoginStep> steps)
    {
        _first = (context, cancellationToken) => authenticator.AuthenticateAsync(context.ForAuthenticator(), cancellationToken);
        for (int i = steps.Length - 1; i >= 0; i--)
            _first = Before(steps[i], _first);
    }

    /// <summary>Decides on an attempt.</summary>
    /// <returns>The answer, which is then also the context's.</returns>
    public async ValueTask<LoginResult> AuthenticateAsync(LoginContext context, CancellationToken cancellationToken) =>
        context.Result = await _first(context, cancellationToken).ConfigureAwait(false);

    private static Func<LoginContext, CancellationToken, ValueTask<LoginResult>> Before(
        ILoginStep step, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next) =>
        (context, cancellationToken) => step.AuthenticateAsync(context, next, cancellationToken);
}
