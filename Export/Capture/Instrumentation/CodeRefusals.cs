using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Why code cannot be captured.</summary>
/// <param name="Seen">What was seen, a clause.</param>
/// <param name="Instead">What to write instead, a sentence without its stop.</param>
internal sealed record CodeRefusal(string Seen, string Instead);

/// <summary>What code may not do, since the calls it makes would not be seen.</summary>
internal static class CodeRefusals
{
    // MethodImplOptions.Async, which the reference assemblies do not name yet.
    private const MethodImplAttributes RuntimeAsync = (MethodImplAttributes)0x2000;

    /// <summary>By type, which of its methods run delegates on other threads; null for all.</summary>
    private static readonly Dictionary<string, string[]?> OtherThreads = new()
    {
        ["System.Threading.Tasks.Parallel"] = null,
        ["System.Threading.Tasks.TaskFactory"] = null,
        ["System.Threading.Tasks.TaskFactory`1"] = null,
        ["System.Threading.Tasks.Task"] = ["Run", "ContinueWith", ".ctor"],
        ["System.Threading.Tasks.Task`1"] = ["Run", "ContinueWith", ".ctor"],
        ["System.Threading.ThreadPool"] = ["QueueUserWorkItem", "UnsafeQueueUserWorkItem", "RegisterWaitForSingleObject", "UnsafeRegisterWaitForSingleObject"],
        ["System.Threading.Thread"] = [".ctor"],
        ["System.Threading.Timer"] = [".ctor"],
        ["System.Timers.Timer"] = [".ctor"],
        ["System.Linq.ParallelEnumerable"] = null,
    };

    private static readonly HashSet<(string? Type, string Method)> Reflective =
    [
        ("System.Reflection.MethodBase", "Invoke"),
        ("System.Reflection.MethodInfo", "Invoke"),
        ("System.Reflection.ConstructorInfo", "Invoke"),
        ("System.Reflection.MethodInvoker", "Invoke"),
        ("System.Reflection.ConstructorInvoker", "Invoke"),
        ("System.Reflection.PropertyInfo", "GetValue"),
        ("System.Reflection.PropertyInfo", "SetValue"),
        ("System.Delegate", "DynamicInvoke"),
        ("System.Type", "InvokeMember"),
        ("System.Activator", "CreateInstance"),
    ];

    /// <summary>Why a call of the framework cannot be followed.</summary>
    /// <param name="callee">What is called.</param>
    /// <returns>The reason; null if there is none.</returns>
    public static CodeRefusal? OfCall(MethodBase callee)
    {
        var type = callee.DeclaringType!;
        var open = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        var name = callee.IsConstructor ? "new " + Name(type) : Name(type) + "." + callee.Name;
        return OtherThreads.TryGetValue(open.FullName ?? open.Name, out var methods) && (methods is null || methods.Contains(callee.Name))
                ? new CodeRefusal($"it hands work to another thread ({name})", "Write a plain loop")
            : TensorEquality.IsComparison(callee) ? new CodeRefusal($"it compares tensors by value ({name})", "Compare references, with ReferenceEquals")
            : Array.Exists(callee.GetParameters(), p => typeof(LambdaExpression).IsAssignableFrom(p.ParameterType) && TensorTypes.Carries(p.ParameterType))
                ? new CodeRefusal($"it hands code to the framework as an expression ({name})", "Use IEnumerable instead of IQueryable")
            : null;
    }

    /// <summary>Why a call by reflection cannot be followed.</summary>
    /// <param name="callee">One for which <see cref="IsReflective"/>.</param>
    /// <param name="arguments">Its arguments, the receiver first.</param>
    /// <param name="routes">Decides on what it calls.</param>
    /// <returns>The reason; null if no tensor is in sight: should one be inside, the recorder meets one that it does not know.</returns>
    public static CodeRefusal? OfReflection(MethodBase callee, object?[] arguments, CallRoutes routes)
    {
        var method = arguments.FirstOrDefault() switch
        {
            MethodBase invoked => invoked,
            PropertyInfo property => property.GetMethod ?? property.SetMethod,
            Delegate { Method: var invoked } => invoked,
            _ => null,
        };
        return (method?.DeclaringType is { } type && TensorTypes.Touches(method) && routes.MayDispatch(type)) || arguments.Any(HoldsTensor)
            ? new CodeRefusal($"it calls {method?.Name ?? "code"} by reflection ({Name(callee.DeclaringType!)}.{callee.Name})", "Call it directly")
            : null;
    }

    /// <summary>Whether a method calls another one by reflection.</summary>
    /// <param name="callee">A method of the framework.</param>
    /// <returns>True if what it calls has to be looked at.</returns>
    public static bool IsReflective(MethodBase callee) => Reflective.Contains((callee.DeclaringType!.FullName, callee.Name));

    /// <summary>Why a method cannot be entered, as its declaration tells.</summary>
    /// <param name="method">The user's method.</param>
    /// <returns>The reason; null if there is none.</returns>
    public static CodeRefusal? OfMethod(MethodBase method) =>
        method.IsDefined(typeof(AsyncStateMachineAttribute)) || method.IsDefined(typeof(AsyncIteratorStateMachineAttribute))
            || (method.MethodImplementationFlags & RuntimeAsync) != 0
            ? new CodeRefusal("it is async", "Make it synchronous")
        : method.GetMethodBody() is null && TensorTypes.Touches(method)
            ? new CodeRefusal("it has no IL (it is native or made by the runtime), and takes or returns a tensor", "Call TorchSharp's operations")
        : null;

    /// <summary>Why an instruction cannot be followed.</summary>
    /// <param name="code">The instruction.</param>
    /// <returns>The reason; null if there is none.</returns>
    public static CodeRefusal? OfInstruction(OpCode code) =>
        code == OpCodes.Calli ? new CodeRefusal("it calls a function pointer", "Use a delegate")
        : code == OpCodes.Jmp ? new CodeRefusal("it has the IL instruction jmp", "Call the method")
        : null;

    /// <summary>Why code that loads a field cannot be followed.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The reason; null if there is none.</returns>
    public static CodeRefusal? OfField(FieldInfo field) =>
        field.DeclaringType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(CallSite<>)
            ? new CodeRefusal("it uses dynamic", "Name the type")
            : null;

    private static bool HoldsTensor(object? value) => value is torch.Tensor or torch.nn.Module || (value is object?[] several && several.Any(HoldsTensor));

    private static string Name(Type type) => type.Name.Split('`')[0];
}
