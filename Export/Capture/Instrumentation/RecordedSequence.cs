using System.Collections;
using System.Reflection;
using TorchSharp;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Makes sequences of the user record when code that is not instrumented enumerates them.</summary>
internal static class RecordedSequence
{
    /// <summary>A sequence with the same elements.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="sequence">A sequence, or null.</param>
    /// <param name="thunk">The number of the thunk whose argument it is.</param>
    /// <param name="site">Where.</param>
    /// <returns>One that records, if the user's code makes the elements. For TorchSharp, a list: it has to be looked at, and run once.</returns>
    public static IEnumerable<T>? Wrap<T>(IEnumerable<T>? sequence, int thunk, int site)
    {
        if (sequence is null or T[] or List<T>)
        {
            return sequence;
        }

        var (instrumenter, callee) = (CallThunk.At(thunk).Instrumenter, CallThunk.At(thunk).Callee);
        var recorded = instrumenter.Routes.IsUserSequence(sequence.GetType()) ? new RecordedSequence<T>(sequence, instrumenter, site) : sequence;
        return callee.DeclaringType!.Assembly == typeof(torch).Assembly && recorded is not ICollection<T> ? recorded.ToList() : recorded;
    }

    /// <summary>As <see cref="Wrap{T}"/>.</summary>
    /// <param name="sequence">A sequence, or null.</param>
    /// <param name="thunk">The number of the thunk whose argument it is.</param>
    /// <param name="site">Where.</param>
    /// <returns>One that records, if the user's code makes the elements.</returns>
    public static IEnumerable? WrapUntyped(IEnumerable? sequence, int thunk, int site)
    {
        if (sequence is null || !CallThunk.At(thunk).Instrumenter.Routes.IsUserSequence(sequence.GetType()))
        {
            return sequence;
        }

        var element = Array.Find(sequence.GetType().GetInterfaces(), type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return element is null
            ? sequence
            : (IEnumerable?)typeof(RecordedSequence).GetMethod(nameof(Wrap))!.MakeGenericMethod(element.GetGenericArguments())
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [sequence, thunk, site], null);
    }
}

/// <summary>A sequence whose enumeration goes through thunks.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="sequence">The user's.</param>
/// <param name="instrumenter">Has the thunks.</param>
/// <param name="site">Where it was handed over.</param>
internal sealed class RecordedSequence<T>(IEnumerable<T> sequence, Instrumenter instrumenter, int site) : IEnumerable<T>
{
    private static readonly MethodInfo CurrentGetter = typeof(IEnumerator<T>).GetProperty(nameof(IEnumerator<>.Current))!.GetMethod!;

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => new Enumerator(Recorded<Func<IEnumerator<T>>>(sequence.GetEnumerator)(), this);

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private TDelegate Recorded<TDelegate>(TDelegate plain)
        where TDelegate : Delegate => (TDelegate)DelegateBridge.Record(plain, instrumenter, site);

    private sealed class Enumerator(IEnumerator<T> enumerator, RecordedSequence<T> owner) : IEnumerator<T>
    {
        private readonly Func<bool> _moveNext = owner.Recorded<Func<bool>>(enumerator.MoveNext);
        private readonly Func<T> _current = owner.Recorded(CurrentGetter.CreateDelegate<Func<T>>(enumerator));
        private readonly Action _dispose = owner.Recorded<Action>(enumerator.Dispose);

        public T Current => _current();

        object? IEnumerator.Current => _current();

        public bool MoveNext() => _moveNext();

        public void Reset() => enumerator.Reset();

        public void Dispose() => _dispose();
    }
}
