using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;
using TorchSharp.Modules;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>How the target of a call is found.</summary>
internal enum RouteKind
{
    /// <summary>The call stays in the code as it is.</summary>
    AsIs,

    /// <summary>The callee is the target.</summary>
    Direct,

    /// <summary>The receiver's type tells at run time.</summary>
    Virtual,

    /// <summary>The callee is a delegate's <c>Invoke</c>.</summary>
    Delegate,
}

/// <summary>What is decided about a call, seeing the code only.</summary>
/// <param name="Kind">How its target is found.</param>
/// <param name="Callee">What is called; a struct's own method where the code names an interface's.</param>
/// <param name="Code">By <c>call</c>, <c>callvirt</c> or <c>newobj</c>.</param>
/// <param name="Constrained">The type behind the reference on the stack, where it has still to be looked through.</param>
/// <param name="Target">What becomes of a direct call.</param>
internal readonly record struct CallRoute(RouteKind Kind, MethodBase Callee, OpCode Code, Type? Constrained = null, TargetKind Target = TargetKind.Plain);

/// <summary>Decides which calls go through a thunk, and what becomes of them.</summary>
/// <param name="origins">Tells whose code something is.</param>
internal sealed class CallRoutes(CodeOrigins origins)
{
    private const int TrivialConstructorLength = 8; // nop, ldarg.0, call object::.ctor, ret

    /// <summary>Decides about a call.</summary>
    /// <param name="callee">What the code calls.</param>
    /// <param name="code">By <c>call</c>, <c>callvirt</c> or <c>newobj</c>.</param>
    /// <param name="constrained">The type of a <c>constrained.</c> prefix, or null.</param>
    /// <returns>The decision.</returns>
    public CallRoute Decide(MethodBase callee, OpCode code, Type? constrained)
    {
        var asIs = new CallRoute(RouteKind.AsIs, callee, code, constrained);
        if (callee.DeclaringType is not { IsArray: false } type || HasPointerToFunction(callee))
        {
            return asIs;
        }

        // new T() of a type parameter
        if (type == typeof(Activator) && callee.IsGenericMethod)
        {
            return callee.GetGenericArguments()[0].GetConstructor([]) is { } constructor ? Decide(constructor, OpCodes.Newobj, null) : asIs;
        }

        if (typeof(Delegate).IsAssignableFrom(type) && !CodeRefusals.IsReflective(callee))
        {
            return callee.Name == "Invoke" ? new CallRoute(RouteKind.Delegate, callee, code) : asIs;
        }

        if (constrained is not null)
        {
            return Constrained((MethodInfo)callee, code, constrained) ?? asIs;
        }

        if (code == OpCodes.Callvirt && callee is { IsVirtual: true, IsFinal: false } && !type.IsSealed)
        {
            return new CallRoute(RouteKind.Virtual, callee, code);
        }

        var kind = KindOf(callee, code);
        return kind != TargetKind.Plain || IsGuarded(callee) || ArgumentWrapping.IsNeeded(callee)
            ? new CallRoute(RouteKind.Direct, callee, code, Target: kind)
            : asIs;
    }

    /// <summary>What becomes of a call that reaches a method.</summary>
    /// <param name="method">The method, after dispatch.</param>
    /// <param name="code">How it is called.</param>
    /// <returns>Whether it is entered, reported or made as it is.</returns>
    public TargetKind KindOf(MethodBase method, OpCode code) => origins.Of(method.DeclaringType!) switch
    {
        CodeOrigin.User => IsTrivial(method) ? TargetKind.Plain : TargetKind.Entered,
        CodeOrigin.TorchSharp when method.IsConstructor && code != OpCodes.Newobj => TargetKind.Plain,
        CodeOrigin.TorchSharp => IsEntered(method) ? TargetKind.Entered
            : TensorTypes.Touches(method) && !IsGenerated(method.DeclaringType!) ? TargetKind.Leaf
            : TargetKind.Plain,
        _ => TargetKind.Plain,
    };

    /// <summary>Whether virtual calls on objects of a type may reach anything but opaque code.</summary>
    /// <param name="type">The exact type of a receiver.</param>
    /// <returns>False if they cannot.</returns>
    public bool MayDispatch(Type type) => origins.Of(type) != CodeOrigin.Opaque;

    /// <summary>Whether objects of a type run the user's code when they are enumerated.</summary>
    /// <param name="type">The exact type of an object.</param>
    /// <returns>True for the user's iterators and collections; the compiler's collections enumerate what they were given.</returns>
    public bool IsUserSequence(Type type) => origins.Of(type) == CodeOrigin.User && !type.Name.StartsWith("<>z__", StringComparison.Ordinal);

    /// <summary>Whether a call is to be checked by <see cref="CodeRefusals"/> when it is made.</summary>
    /// <param name="callee">What is called.</param>
    /// <returns>True if it may be refused.</returns>
    public bool IsGuarded(MethodBase callee) =>
        origins.Of(callee.DeclaringType!) == CodeOrigin.Opaque && (CodeRefusals.OfCall(callee) is not null || CodeRefusals.IsReflective(callee));

    /// <summary>Whether a method takes or returns a function pointer, which no thunk can pass on.</summary>
    /// <param name="callee">A closed method.</param>
    /// <returns>True if it does.</returns>
    public static bool HasPointerToFunction(MethodBase callee) => IsPointerToFunction(MethodSignature.Return(callee))
        || Array.Exists(callee.GetParameters(), parameter => IsPointerToFunction(parameter.ParameterType));

    private CallRoute? Constrained(MethodInfo callee, OpCode code, Type constrained)
    {
        var dispatched = new CallRoute(RouteKind.Virtual, callee, code, constrained);
        if (callee.IsStatic || constrained.IsValueType)
        {
            return VirtualDispatch.OnType(callee, constrained) is not { } method ? null
                : method.IsStatic || method.DeclaringType == constrained ? Decide(method, OpCodes.Call, null)
                : method.DeclaringType is { IsInterface: true } && MayDispatch(method.DeclaringType) ? dispatched
                : null;
        }

        return callee.IsVirtual && (!constrained.IsSealed || MayDispatch(constrained)) ? dispatched : null;
    }

    /// <summary>Inside TorchSharp, only what calls back into modules is entered.</summary>
    private static bool IsEntered(MethodBase method) => method.Name switch
    {
        // Module<...>.call; others call native code themselves.
        "call" => method.DeclaringType is { IsGenericType: true, IsNested: true } && typeof(torch.nn.Module).IsAssignableFrom(method.DeclaringType),
        "forward" => method.DeclaringType == typeof(Sequential),
        _ => false,
    } && !method.IsAbstract;

    /// <summary>Whether nothing can be seen in a method, as its type or size tells.</summary>
    private static bool IsTrivial(MethodBase method)
    {
        var type = method.DeclaringType!;
        return type.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal)
            || (method.IsConstructor && (IsGenerated(type) || (type.BaseType == typeof(object) && LengthOf(method) <= TrivialConstructorLength)));
    }

    private static int LengthOf(MethodBase method) => method.GetMethodBody()?.GetILAsByteArray()?.Length ?? 0;

    /// <summary>Closures, iterators, anonymous types.</summary>
    private static bool IsGenerated(Type type) => type.Name.StartsWith('<');

    private static bool IsPointerToFunction(Type type) => type.IsFunctionPointer || (type.HasElementType && IsPointerToFunction(type.GetElementType()!));
}
