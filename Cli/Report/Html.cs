using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace OnnxInit.Cli.Report;

/// <summary>A piece of a page. What is interpolated into one is encoded, unless it is a piece itself: a text can never become markup.</summary>
internal sealed record Html
{
    private readonly string _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Nothing.</summary>
    public static Html Empty { get; } = new(string.Empty);

    /// <summary>A piece with others and texts inside.</summary>
    /// <param name="markup">The markup.</param>
    public static Html Of(HtmlInterpolation markup) => new(markup.ToString());

    /// <summary>One piece after the other.</summary>
    /// <param name="pieces">The pieces.</param>
    public static Html Of(IEnumerable<Html> pieces) => new(string.Concat(pieces));

    /// <summary>Pieces with another between every two.</summary>
    /// <param name="separator">What stands between.</param>
    /// <param name="pieces">The pieces.</param>
    public static Html Join(Html separator, IEnumerable<Html> pieces) => new(string.Join(separator.ToString(), pieces));

    /// <summary>Markup as it is: for what this program has written itself, such as a style sheet.</summary>
    /// <param name="markup">The markup.</param>
    public static Html Raw(string markup) => new(markup);

    /// <inheritdoc/>
    public override string ToString() => _markup;
}

/// <summary>Encodes what is interpolated into a <see cref="Html"/>; numbers are written the same in every country.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlInterpolation(int literalLength, int formattedCount)
{
    private const int AboutOneHole = 16;

    private readonly StringBuilder _markup = new(literalLength + (formattedCount * AboutOneHole));

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(string? text) => _markup.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(Html piece) => _markup.Append(piece.ToString());

    public void AppendFormatted(IEnumerable<Html> pieces) => _markup.AppendJoin(string.Empty, pieces);

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public override string ToString() => _markup.ToString();
}
