using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace ServerLib.Messaging;

/// <summary>
/// Binds methods of any shape: finds out which parameters are services and which one is the argument, and compiles the call once.
/// </summary>
/// <param name="name">The name of the method or event, for errors.</param>
/// <param name="services">Knows which types are services.</param>
[RequiresDynamicCode("Compiles code.")]
[RequiresUnreferencedCode("Uses reflection.")]
internal sealed class MethodBinder(string name, IServiceProvider services)
{
    private readonly IServiceProviderIsService _registered = services.GetRequiredService<IServiceProviderIsService>();
    private readonly ParameterExpression _scope = Expression.Parameter(typeof(IServiceProvider), "services");
    private readonly ParameterExpression _from = Expression.Parameter(typeof(Connection), "from");
    private readonly ParameterExpression _canceled = Expression.Parameter(typeof(CancellationToken), "canceled");
    private ParameterInfo? _argument;
    private bool _needsServices;
    private bool _canBeCanceled;

    /// <summary>Binds a delegate.</summary>
    /// <exception cref="InvalidOperationException">A parameter or the result does not fit.</exception>
    public CallMethod Bind(Delegate handler) =>
        Bind(handler.Method, handler.GetType().GetMethod("Invoke")!.GetParameters(), arguments => Expression.Invoke(Expression.Constant(handler), arguments));

    /// <summary>Binds a method of a class, of which each call gets an instance from its scope.</summary>
    /// <exception cref="InvalidOperationException">A parameter or the result does not fit.</exception>
    public CallMethod Bind(Type type, MethodInfo method)
    {
        _needsServices = !method.IsStatic;
        Expression? instance = method.IsStatic ? null : ServiceOf(type, key: null);
        return Bind(method, method.GetParameters(), arguments => Expression.Call(instance, method, arguments));
    }

    private CallMethod Bind(MethodInfo method, ParameterInfo[] types, Func<Expression[], Expression> call)
    {
        // The parameters of a lambda are described by its method, which may have a hidden one in front.
        ParameterInfo[] parameters = method.GetParameters()[^types.Length..];
        ParameterInfo[] arguments = [.. parameters.Where(IsArgument)];
        if (arguments.Length > 1)
        {
            throw Error(
                $"parameters '{arguments[0].Name}' and '{arguments[1].Name}' would both be the argument. One parameter can be it; the others are "
                + "Connection, CancellationToken or registered services");
        }

        _argument = arguments.Length == 0 ? null : arguments[0];
        ParameterExpression argument = Expression.Parameter(_argument?.ParameterType ?? typeof(Nothing), "argument");
        Expression body = call([.. parameters.Select(parameter => ValueOf(parameter, argument))]);
        Type? result = ResultType.Of(method.ReturnType);
        body = ResultType.ToValueTask(body, result ?? typeof(Nothing));
        LambdaExpression lambda = Expression.Lambda(
            typeof(Func<,,,,>).MakeGenericType(_scope.Type, _from.Type, argument.Type, _canceled.Type, body.Type), body, _scope, _from, argument, _canceled);
        return (CallMethod)Find(nameof(Create)).MakeGenericMethod(argument.Type, result ?? typeof(Nothing)).Invoke(
            null, BindingFlags.DoNotWrapExceptions, null, [this, lambda.Compile(), services.GetRequiredService<IBodySerializer>()], null)!;
    }

    private static CallMethod Create<TArgument, TResult>(
        MethodBinder binder,
        Func<IServiceProvider?, Connection, TArgument, CancellationToken, ValueTask<TResult>> method,
        IBodySerializer serializer)
    {
        Func<ReadOnlyMemory<byte>, TArgument> read = binder._argument is { } argument
            ? Reader<TArgument>(argument, serializer)
            : static _ => default!;
        BodyWriter<TResult>? write = typeof(TResult) == typeof(Nothing) ? null : serializer.Serialize;
        return CallMethod.Create(read, method, write, binder._needsServices, binder._canBeCanceled);
    }

    private static Func<ReadOnlyMemory<byte>, T> Reader<T>(ParameterInfo argument, IBodySerializer serializer)
    {
        bool isOptional = argument.HasDefaultValue || new NullabilityInfoContext().Create(argument).WriteState == NullabilityState.Nullable;
        T absent = argument is { HasDefaultValue: true, DefaultValue: T value } ? value : default!;
        return body => CallBody.ReadArgument(body, isOptional, absent, serializer.Deserialize<T>);
    }

    private bool IsArgument(ParameterInfo parameter)
    {
        if (parameter.ParameterType.IsByRef)
            throw Error($"parameter '{parameter.Name}' is ref, in or out");
        return parameter.ParameterType != typeof(Connection)
            && parameter.ParameterType != typeof(CancellationToken)
            && parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is null
            && !IsService(parameter.ParameterType);
    }

    /// <summary>Whether a type is a service. A container accepts every collection, so what counts is its element.</summary>
    private bool IsService(Type type) =>
        type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>)
            ? _registered.IsService(type.GenericTypeArguments[0])
            : _registered.IsService(type);

    private Expression ValueOf(ParameterInfo parameter, ParameterExpression argument)
    {
        if (parameter == _argument)
            return argument;
        if (parameter.ParameterType == typeof(Connection))
            return _from;
        if (parameter.ParameterType == typeof(CancellationToken))
        {
            _canBeCanceled = true;
            return _canceled;
        }

        _needsServices = true;
        return ServiceOf(parameter.ParameterType, parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key);
    }

    private UnaryExpression ServiceOf(Type type, object? key) => Expression.Convert(
        Expression.Call(Find(nameof(Service)), _scope, Expression.Constant(type), Expression.Constant(key, typeof(object))), type);

    private static object Service(IServiceProvider scope, Type type, object? key) =>
        key is null ? scope.GetRequiredService(type) : scope.GetRequiredKeyedService(type, key);

    private static MethodInfo Find(string method) =>
        typeof(MethodBinder).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!;

    private InvalidOperationException Error(string problem) => new($"The method for '{name}' cannot be called: {problem}.");
}
