using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>What a delegate that records is bound to.</summary>
/// <param name="target">The target of the original delegate.</param>
/// <param name="site">Where it is invoked, or where it was handed to code that invokes it.</param>
internal sealed class DelegateBridge(object? target, int site)
{
    private static readonly ConcurrentDictionary<(CallThunk Thunk, Type Type, bool HasTarget), DynamicMethod> Bridges = [];
    private static readonly FieldInfo TargetField = typeof(DelegateBridge).GetField(nameof(Target))!;
    private static readonly FieldInfo SiteField = typeof(DelegateBridge).GetField(nameof(Site))!;

#pragma warning disable CA1051 // Fields, since generated IL loads them.
    /// <summary>The target of the original delegate.</summary>
    public readonly object? Target = target;

    /// <summary>The number of the call site.</summary>
    public readonly int Site = site;
#pragma warning restore CA1051

    /// <summary>A delegate that does the same, and records it.</summary>
    /// <param name="original">A delegate, or null.</param>
    /// <param name="thunk">The number of the thunk that it goes through.</param>
    /// <param name="site">Where.</param>
    /// <returns>A delegate of the same type; the original if there is nothing to be recorded.</returns>
    public static Delegate? Wrap(Delegate? original, int thunk, int site) => original is null ? null : Record(original, CallThunk.At(thunk).Instrumenter, site);

    /// <summary>A delegate that does the same, and records it.</summary>
    /// <param name="original">A delegate.</param>
    /// <param name="instrumenter">Has the thunks.</param>
    /// <param name="site">Where.</param>
    /// <returns>A delegate of the same type; the original if there is nothing to be recorded.</returns>
    public static Delegate Record(Delegate original, Instrumenter instrumenter, int site)
    {
        if (original.Target is DelegateBridge)
        {
            return original;
        }

        if (!original.HasSingleTarget)
        {
            return Delegate.Combine(Array.ConvertAll(original.GetInvocationList(), single => Record(single, instrumenter, site)))!;
        }

        if (original.Method.DeclaringType is null && Recording.Current is { } recording && NamesTensors(original.GetType().GetMethod("Invoke")!))
        {
            throw recording.Recorder.Refusal(
                CallSites.At(site), null, "it calls code that was generated at run time (a compiled expression)", "Write the method in C#");
        }

        // Delegates without a target on instance methods take it as their first argument: reflection only, and left alone.
        return original.Method is { DeclaringType: not null } method && (method.IsStatic || original.Target is not null)
            && instrumenter.Thunk(method, OpCodes.Call, null) is { } thunk
            ? Bridges.GetOrAdd((thunk, original.GetType(), original.Target is not null), static key => Emit(key.Thunk, key.Type, key.HasTarget))
                .CreateDelegate(original.GetType(), new DelegateBridge(original.Target, site))
            : original;
    }

    private static bool NamesTensors(MethodInfo invoke) =>
        Array.Exists([invoke.ReturnType, .. MethodSignature.Parameters(invoke)], type => type != typeof(object) && TensorTypes.Carries(type));

    private static DynamicMethod Emit(CallThunk thunk, Type type, bool hasTarget)
    {
        var invoke = type.GetMethod("Invoke")!;
        var parameters = MethodSignature.Parameters(invoke);
        var bridge = MethodSignature.NewThunk("recorded delegate", invoke.ReturnType, [typeof(DelegateBridge), .. parameters]);
        var il = bridge.GetILGenerator();
        if (hasTarget)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, TargetField);
            if (thunk.Callee is { IsStatic: false, DeclaringType: { IsValueType: true } structure })
            {
                il.Emit(OpCodes.Unbox, structure);
            }
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, SiteField);
        il.Emit(OpCodes.Call, thunk.Code);
        il.Emit(OpCodes.Ret);
        return bridge;
    }
}
