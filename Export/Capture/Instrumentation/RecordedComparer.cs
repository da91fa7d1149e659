namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>A comparer of the user whose calls are recorded when the framework sorts or looks up by it.</summary>
/// <typeparam name="T">What it compares.</typeparam>
/// <param name="comparer">The user's: an <see cref="IComparer{T}"/>, an <see cref="IEqualityComparer{T}"/> or both.</param>
/// <param name="instrumenter">Has the thunks.</param>
/// <param name="site">Where it was handed over.</param>
internal sealed class RecordedComparer<T>(object comparer, Instrumenter instrumenter, int site) : IComparer<T>, IEqualityComparer<T>
{
    private readonly Func<T?, T?, int>? _compare = Record<Func<T?, T?, int>>((comparer as IComparer<T>) is { } order ? order.Compare : null, instrumenter, site);

    private readonly Func<T?, T?, bool>? _equals =
        Record<Func<T?, T?, bool>>((comparer as IEqualityComparer<T>) is { } equality ? equality.Equals : null, instrumenter, site);

    private readonly Func<T, int>? _hash =
        Record<Func<T, int>>((comparer as IEqualityComparer<T>) is { } equality ? equality.GetHashCode! : null, instrumenter, site);

    /// <summary>A comparer that compares alike.</summary>
    /// <typeparam name="TComparer">The interface of the parameter.</typeparam>
    /// <param name="comparer">A comparer, or null.</param>
    /// <param name="thunk">The number of the thunk whose argument it is.</param>
    /// <param name="site">Where.</param>
    /// <returns>One that records, if it is the user's.</returns>
    public static TComparer? Wrap<TComparer>(TComparer? comparer, int thunk, int site)
        where TComparer : class =>
        comparer is not null && CallThunk.At(thunk).Instrumenter is var instrumenter && instrumenter.Routes.MayDispatch(comparer.GetType())
            ? (TComparer)(object)new RecordedComparer<T>(comparer, instrumenter, site)
            : comparer;

    /// <inheritdoc/>
    public int Compare(T? x, T? y) => _compare!(x, y);

    /// <inheritdoc/>
    public bool Equals(T? x, T? y) => _equals!(x, y);

    /// <inheritdoc/>
    public int GetHashCode(T obj) => _hash!(obj);

    private static TDelegate? Record<TDelegate>(TDelegate? plain, Instrumenter instrumenter, int site)
        where TDelegate : Delegate => plain is null ? null : (TDelegate)DelegateBridge.Record(plain, instrumenter, site);
}
