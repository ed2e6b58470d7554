using ServerLib.Protocol;

namespace ServerLib.Messaging;

/// <summary>Reads the argument, calls a method, and answers with its result.</summary>
/// <param name="message">The call or event. Its body is not used any more when this returns, although its task may run on.</param>
/// <param name="from">The caller.</param>
/// <param name="services">The call's scope; <see langword="null"/> if the method needs no services.</param>
/// <param name="cancellationToken">Canceled when nobody waits for the answer.</param>
/// <exception cref="BodyMismatchException">The body does not match.</exception>
internal delegate ValueTask CallInvoker(
    Message message, Connection from, IServiceProvider? services, CancellationToken cancellationToken);

/// <summary>A method that can be called.</summary>
/// <param name="Invoke">Calls it.</param>
/// <param name="NeedsServices">Whether it has services among its parameters. Then each call has a scope.</param>
/// <param name="CanBeCanceled">Whether it has a parameter that tells it that nobody waits for the answer.</param>
internal sealed record CallMethod(CallInvoker Invoke, bool NeedsServices, bool CanBeCanceled)
{
    /// <summary>Creates a method of functions.</summary>
    /// <param name="read">Reads the argument.</param>
    /// <param name="method">The method itself.</param>
    /// <param name="write">Writes the result.</param>
    /// <param name="needsServices">Whether it needs services.</param>
    /// <param name="canBeCanceled">Whether it uses the token.</param>
    public static CallMethod Create<TArgument, TResult>(
        Func<ReadOnlyMemory<byte>, TArgument> read,
        Func<IServiceProvider?, Connection, TArgument, CancellationToken, ValueTask<TResult>> method,
        BodyWriter<TResult>? write,
        bool needsServices,
        bool canBeCanceled)
    {
        return new CallMethod(Invoke, needsServices, canBeCanceled);

        ValueTask Invoke(Message message, Connection from, IServiceProvider? services, CancellationToken cancellationToken)
        {
            ValueTask<TResult> running = method(services, from, BodyMismatchException.Read(message.Body, read), cancellationToken);
            if (!running.IsCompletedSuccessfully)
                return AwaitAsync(running, from, message.QuestionId);
            CallBody.Answer(from, message.QuestionId, running.Result, write);
            return ValueTask.CompletedTask;
        }

        async ValueTask AwaitAsync(ValueTask<TResult> running, Connection from, uint? id) =>
            CallBody.Answer(from, id, await running.ConfigureAwait(false), write);
    }
}
