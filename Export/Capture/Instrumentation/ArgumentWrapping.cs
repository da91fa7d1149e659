using System.Collections;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>
/// Delegates, sequences and comparers that are handed to code which is not instrumented are replaced by ones that record.
/// Only where the parameter is declared as one: what a <c>List&lt;Func&lt;...&gt;&gt;</c> stores has to stay the same object.
/// </summary>
internal static class ArgumentWrapping
{
    /// <summary>Whether a method takes something to be wrapped.</summary>
    /// <param name="callee">A closed method.</param>
    /// <returns>True if a thunk has something to do.</returns>
    public static bool IsNeeded(MethodBase callee)
    {
        var declared = MethodSignature.Definition(callee).GetParameters();
        var parameters = MethodSignature.Parameters(callee);
        return Enumerable.Range(0, parameters.Length).Any(i => Wrapper(declared[i].ParameterType, parameters[i]) is not null);
    }

    /// <summary>Emits the replacement of a thunk's arguments.</summary>
    /// <param name="il">The thunk.</param>
    /// <param name="callee">What it calls.</param>
    /// <param name="first">The argument that is the first parameter.</param>
    /// <param name="loadNumberAndSite">Puts the numbers of thunk and site on the stack.</param>
    public static void Emit(ILGenerator il, MethodBase callee, int first, Action loadNumberAndSite)
    {
        var declared = MethodSignature.Definition(callee).GetParameters();
        var parameters = MethodSignature.Parameters(callee);
        for (var i = 0; i < parameters.Length; i++)
        {
            if (Wrapper(declared[i].ParameterType, parameters[i]) is { } wrapper)
            {
                il.Emit(OpCodes.Ldarg, (short)(first + i));
                loadNumberAndSite();
                il.Emit(OpCodes.Call, wrapper);
                il.Emit(OpCodes.Castclass, parameters[i]);
                il.Emit(OpCodes.Starg, (short)(first + i));
            }
        }
    }

    /// <summary>The method that wraps an argument, (argument, thunk, site).</summary>
    /// <param name="declared">The parameter's type as declared, before type arguments are given.</param>
    /// <param name="type">The parameter's type in this call.</param>
    /// <returns>The method; null if there is nothing to be wrapped.</returns>
    private static MethodInfo? Wrapper(Type declared, Type type)
    {
        if (typeof(MulticastDelegate).IsAssignableFrom(declared) && declared != typeof(MulticastDelegate))
        {
            return typeof(DelegateBridge).GetMethod(nameof(DelegateBridge.Wrap));
        }

        if (declared == typeof(IEnumerable))
        {
            return typeof(RecordedSequence).GetMethod(nameof(RecordedSequence.WrapUntyped));
        }

        if (!declared.IsGenericType)
        {
            return null;
        }

        var open = declared.GetGenericTypeDefinition();
        return open == typeof(IEnumerable<>) ? typeof(RecordedSequence).GetMethod(nameof(RecordedSequence.Wrap))!.MakeGenericMethod(type.GetGenericArguments())
            : open == typeof(IComparer<>) || open == typeof(IEqualityComparer<>)
                ? typeof(RecordedComparer<>).MakeGenericType(type.GetGenericArguments()).GetMethod(nameof(RecordedComparer<>.Wrap))!.MakeGenericMethod(type)
            : null;
    }
}
