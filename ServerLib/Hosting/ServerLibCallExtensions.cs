using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServerLib;
using ServerLib.Hosting;
using ServerLib.Messaging;
using ServerLib.Protocol;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds methods that clients can call, and handlers of their events.</summary>
public static class ServerLibCallExtensions
{
    private const string Reflection = "Uses reflection. Pass JsonTypeInfo instead.";

    /// <summary>Adds a method that clients can call.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="handler">
    /// A lambda or method. Its parameters are <see cref="Connection"/>, <see cref="CancellationToken"/>, registered services, and at most one
    /// other, which is the call's argument. It returns a value or nothing, at once or as a task. They are checked when the server starts.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The server has a method with this name already.</exception>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static CallBuilder MapCall(this IServerLibBuilder builder, string name, Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        AddJson(builder);
        return Add(builder, new CallDefinition(name, isEvent: false, services => new MethodBinder(name, services).Bind(handler)));
    }

    /// <summary>Adds a handler of an event of clients.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The event's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="handler">A lambda or method with parameters as for <see cref="MapCall(IServerLibBuilder, string, Delegate)"/>. What it returns is ignored.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The server has a handler of this event already.</exception>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static CallBuilder MapEvent(this IServerLibBuilder builder, string name, Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        AddJson(builder);
        return Add(builder, new CallDefinition(name, isEvent: true, services => new MethodBinder(name, services).Bind(handler)));
    }

    /// <summary>
    /// Adds the methods of a class that have <see cref="CallAttribute"/> or <see cref="EventAttribute"/>. Their parameters are as for
    /// <see cref="MapCall(IServerLibBuilder, string, Delegate)"/>.
    /// </summary>
    /// <typeparam name="T">
    /// The class. Each call gets its own instance, unless the application has registered the class with another lifetime. Its constructor
    /// gets services of the application and parts of this server.
    /// </typeparam>
    /// <param name="builder">The server.</param>
    /// <exception cref="InvalidOperationException">
    /// A method is not public or generic, none has an attribute, or the server has a method or handler with the same name already.
    /// </exception>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    public static CallBuilder MapCalls<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServerLibBuilder builder)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        IReadOnlyCollection<CallDefinition> definitions = CallClass.Find(typeof(T));
        AddJson(builder);
        builder.Services.TryAdd(ServerPart.Of<T, T>(builder.Name, ServiceLifetime.Scoped));
        return Add(builder, [.. definitions]);
    }

    /// <summary>Adds a method with an argument and a result. Works in trimmed and AOT-compiled applications.</summary>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="argument">Reads the argument, from a source-generated context.</param>
    /// <param name="result">Writes the result, from a source-generated context.</param>
    /// <param name="handler">The method. Its token is canceled when the caller cancels, or its connection ends.</param>
    /// <inheritdoc cref="MapCall(IServerLibBuilder, string, Delegate)" path="/exception"/>
    public static CallBuilder MapCall<TArgument, TResult>(
        this IServerLibBuilder builder,
        string name,
        JsonTypeInfo<TArgument> argument,
        JsonTypeInfo<TResult> result,
        Func<TArgument, Connection, CancellationToken, ValueTask<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTyped(builder, name, false, Reader(argument), (_, from, value, token) => handler(value, from, token), Writer(result));
    }

    /// <summary>Adds a method with an argument, a result and a service. Works in trimmed and AOT-compiled applications.</summary>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TService">The type of a registered service. Each call has its own scope.</typeparam>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="argument">Reads the argument, from a source-generated context.</param>
    /// <param name="result">Writes the result, from a source-generated context.</param>
    /// <param name="handler">The method. Its token is canceled when the caller cancels, or its connection ends.</param>
    /// <inheritdoc cref="MapCall(IServerLibBuilder, string, Delegate)" path="/exception"/>
    public static CallBuilder MapCall<TArgument, TService, TResult>(
        this IServerLibBuilder builder,
        string name,
        JsonTypeInfo<TArgument> argument,
        JsonTypeInfo<TResult> result,
        Func<TArgument, TService, Connection, CancellationToken, ValueTask<TResult>> handler)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTyped(
            builder,
            name,
            false,
            Reader(argument),
            (services, from, value, token) => handler(value, services!.GetRequiredService<TService>(), from, token),
            Writer(result),
            needsServices: true);
    }

    /// <summary>Adds a method with an argument and no result. Works in trimmed and AOT-compiled applications.</summary>
    /// <inheritdoc cref="MapCall{TArgument, TResult}" path="/exception"/>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="argument">Reads the argument, from a source-generated context.</param>
    /// <param name="handler">The method. Its token is canceled when the caller cancels, or its connection ends.</param>
    public static CallBuilder MapCall<TArgument>(
        this IServerLibBuilder builder,
        string name,
        JsonTypeInfo<TArgument> argument,
        Func<TArgument, Connection, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTyped(builder, name, false, Reader(argument), (_, from, value, token) => RunAsync(handler(value, from, token)), null);
    }

    /// <summary>Adds a method with a result and no argument. Works in trimmed and AOT-compiled applications.</summary>
    /// <inheritdoc cref="MapCall{TArgument, TResult}" path="/exception"/>
    /// <typeparam name="TResult">The result's type.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="result">Writes the result, from a source-generated context.</param>
    /// <param name="handler">The method. Its token is canceled when the caller cancels, or its connection ends.</param>
    public static CallBuilder MapCall<TResult>(
        this IServerLibBuilder builder, string name, JsonTypeInfo<TResult> result, Func<Connection, CancellationToken, ValueTask<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTyped(builder, name, false, Nothing.Read, (_, from, _, token) => handler(from, token), Writer(result));
    }

    /// <summary>Adds a method with neither argument nor result. Works in trimmed and AOT-compiled applications.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="handler">The method. Its token is canceled when the caller cancels, or its connection ends.</param>
    /// <inheritdoc cref="MapCall{TArgument, TResult}" path="/exception"/>
    public static CallBuilder MapCall(this IServerLibBuilder builder, string name, Func<Connection, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTyped(builder, name, false, Nothing.Read, (_, from, _, token) => RunAsync(handler(from, token)), null);
    }

    /// <summary>Adds a handler of an event of clients. Works in trimmed and AOT-compiled applications.</summary>
    /// <typeparam name="T">The type of the event's data.</typeparam>
    /// <param name="builder">The server.</param>
    /// <param name="name">The method's name, 1 to 255 bytes of UTF-8. It is case-sensitive.</param>
    /// <param name="data">The data; <see langword="null"/> for none.</param>
    /// <param name="handler">The method. Its token is canceled when the caller cancels, or its connection ends.</param>
    /// <inheritdoc cref="MapEvent(IServerLibBuilder, string, Delegate)" path="/exception"/>
    public static CallBuilder MapEvent<T>(
        this IServerLibBuilder builder, string name, JsonTypeInfo<T> data, Func<T, Connection, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTyped(builder, name, true, Reader(data), (_, from, value, token) => RunAsync(handler(value, from, token)), null);
    }

    private static Func<ReadOnlyMemory<byte>, T> Reader<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return body => CallBody.ReadArgument(body, isOptional: false, default!, bytes => JsonBody.Read(bytes, type));
    }

    private static BodyWriter<T> Writer<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return (body, value) => JsonBody.Write(body, value, type);
    }

    private static async ValueTask<Nothing> RunAsync(ValueTask task)
    {
        await task.ConfigureAwait(false);
        return default;
    }

    private static CallBuilder AddTyped<TArgument, TResult>(
        IServerLibBuilder builder,
        string name,
        bool isEvent,
        Func<ReadOnlyMemory<byte>, TArgument> read,
        Func<IServiceProvider?, Connection, TArgument, CancellationToken, ValueTask<TResult>> method,
        BodyWriter<TResult>? write,
        bool needsServices = false) =>
        Add(builder, new CallDefinition(name, isEvent, _ => CallMethod.Create(read, method, write, needsServices, canBeCanceled: true)));

    /// <summary>Registers the default serializer, which needs reflection, unless there is one.</summary>
    [RequiresDynamicCode(Reflection)]
    [RequiresUnreferencedCode(Reflection)]
    private static void AddJson(IServerLibBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAdd(ServerPart.Singleton<IBodySerializer>(builder.Name, static _ => new JsonBodySerializer()));
    }

    private static CallBuilder Add(IServerLibBuilder builder, params CallDefinition[] definitions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        object? key = ServiceKey.Of(builder.Name);
        foreach (CallDefinition definition in definitions)
        {
            if (builder.Services.Any(service => Equals(service.ServiceKey, key) && DefinitionOf(service) is { } known
                && known.Name == definition.Name && known.IsEvent == definition.IsEvent))
            {
                string what = definition.IsEvent ? "handler of the event" : "method";
                throw new InvalidOperationException($"The server has a {what} '{definition.Name}' already.");
            }

            builder.Services.Add(new ServiceDescriptor(typeof(CallDefinition), key, definition));
        }

        ServerLibBuilder.Find(builder.Services, builder.Name)?.ChangeDefault<IMessageHandler>(
            ServerPart.Of<IMessageHandler, CallsOnlyHandler>(builder.Name, ServiceLifetime.Scoped));
        return new CallBuilder(builder, definitions);
    }

    private static CallDefinition? DefinitionOf(ServiceDescriptor service) =>
        (service.IsKeyedService ? service.KeyedImplementationInstance : service.ImplementationInstance) as CallDefinition;
}
