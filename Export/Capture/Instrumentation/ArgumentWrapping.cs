using System.Collections;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>
/// Delegates and sequences that are handed to code which is not instrumented are replaced by ones that record.
/// Only where the parameter is declared as one: what a <c>List&lt;Func&lt;...&gt;&gt;</c> stores has to stay the same object.
/// </summary>
internal static class ArgumentWrapping
{
    /// <summary>Whether a method takes something to be wrapped.</summary>
    /// <param name="callee">A closed method.</param>
    /// <returns>True if a thunk has something to do.</returns>
    public static bool IsNeeded(MethodBase callee) =>
        Array.Exists(MethodSignature.Definition(callee).GetParameters(), parameter => IsDelegate(parameter.ParameterType) || IsSequence(parameter.ParameterType));

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
            var type = parameters[i];
            var wrap = IsDelegate(declared[i].ParameterType) ? typeof(DelegateBridge).GetMethod(nameof(DelegateBridge.Wrap))!
                : !IsSequence(declared[i].ParameterType) ? null
                : type == typeof(IEnumerable) ? typeof(RecordedSequence).GetMethod(nameof(RecordedSequence.WrapUntyped))!
                : typeof(RecordedSequence).GetMethod(nameof(RecordedSequence.Wrap))!.MakeGenericMethod(type.GetGenericArguments());
            if (wrap is null)
            {
                continue;
            }

            il.Emit(OpCodes.Ldarg, (short)(first + i));
            loadNumberAndSite();
            il.Emit(OpCodes.Call, wrap);
            il.Emit(OpCodes.Castclass, type);
            il.Emit(OpCodes.Starg, (short)(first + i));
        }
    }

    private static bool IsDelegate(Type type) => typeof(MulticastDelegate).IsAssignableFrom(type) && type != typeof(MulticastDelegate);

    private static bool IsSequence(Type type) =>
        type == typeof(IEnumerable) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>));
}
