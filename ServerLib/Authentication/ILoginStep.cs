namespace ServerLib.Authentication;

/// <summary>A step of the <see cref="LoginPipeline"/>: it may answer an attempt itself, or pass it on and act on the answer.</summary>
internal interface ILoginStep
{
    /// <summary>Takes the step.</summary>
    /// <param name="context">The attempt.</param>
    /// <param name="next">The rest of the pipeline.</param>
    /// <param name="cancellationToken">Canceled when the client has disconnected.</param>
    ValueTask<LoginResult> AuthenticateAsync(
        LoginContext context, Func<LoginContext, CancellationToken, ValueTask<LoginResult>> next, CancellationToken cancellationToken);
}
