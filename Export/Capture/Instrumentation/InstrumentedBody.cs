using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>The copy of a method in which calls are seen, or the reason why there is none.</summary>
internal sealed class InstrumentedBody
{
    private readonly MethodBase _method;

    /// <summary>Rewrites a method.</summary>
    /// <param name="method">A closed method.</param>
    /// <param name="instrumenter">Decides on calls and has the thunks.</param>
    public InstrumentedBody(MethodBase method, Instrumenter instrumenter)
    {
        _method = method;
        Refusal = CodeRefusals.OfMethod(method);
        if (Refusal is null && method.GetMethodBody() is { } body)
        {
            try
            {
                Code = BodyRewriter.Rewrite(method, body, instrumenter, out var refusal);
                Refusal = refusal;
            }
            catch (NotSupportedException unsupported)
            {
                Refusal = new CodeRefusal($"its IL cannot be copied ({unsupported.Message})", "Write it without unsafe code");
            }
        }
    }

    /// <summary>Why the method cannot be entered; null if it can.</summary>
    public CodeRefusal? Refusal { get; }

    /// <summary>The copy; null if the original does as well.</summary>
    public DynamicMethod? Code { get; }

    /// <summary>A delegate of the copy.</summary>
    /// <param name="type">Its type. Where it takes a struct's <c>this</c> as an object, the object is unboxed.</param>
    /// <returns>The delegate; null if there is no copy.</returns>
    public Delegate? CreateDelegate(Type type)
    {
        if (Code is null)
        {
            return null;
        }

        if (_method is { IsStatic: true, DeclaringType: { TypeInitializer: not null } owner } && (owner.Attributes & TypeAttributes.BeforeFieldInit) == 0)
        {
            // Calling the original would run it; the copy belongs to no type.
            RuntimeHelpers.RunClassConstructor(owner.TypeHandle);
        }

        var parameters = MethodSignature.Parameters(type.GetMethod("Invoke")!);
        return _method is { IsStatic: false, DeclaringType.IsValueType: true } && parameters[0] == typeof(object)
            ? Unboxing(parameters).CreateDelegate(type)
            : Code.CreateDelegate(type);
    }

    private DynamicMethod Unboxing(Type[] parameters)
    {
        var entry = MethodSignature.NewThunk(Code!.Name, MethodSignature.Return(_method), parameters);
        var il = entry.GetILGenerator();
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)i);
            if (i == 0)
            {
                il.Emit(OpCodes.Unbox, _method.DeclaringType!);
            }
        }

        il.Emit(OpCodes.Call, Code);
        il.Emit(OpCodes.Ret);
        return entry;
    }
}
