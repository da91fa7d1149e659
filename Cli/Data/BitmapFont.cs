namespace OnnxInit.Cli.Data;

/// <summary>
/// The 5 x 7 letters of character displays, ASCII 32 to 126. Captions drawn with it look the same everywhere, also on servers and in
/// containers that have no font installed, where a graphics library draws nothing at all.
/// </summary>
internal static class BitmapFont
{
    /// <summary>Rows of a letter; the lowest lies below the line.</summary>
    public const int Height = 8;

    private const int Columns = 5;
    private const int Gap = 1;
    private const int SpaceWidth = 3;
    private const char First = ' ';
    private const char Last = '~';
    private const string Ellipsis = "..";

    /// <summary>Five columns per letter, the lowest bit at the top.</summary>
    private static readonly byte[] Letters = Convert.FromHexString(
        "0000000000" + "00005F0000" + "0007000700" + "147F147F14" + "242A7F2A12" + "2313086462" + "3649562050" + "0005030000" + //  !"#$%&'
        "001C224100" + "0041221C00" + "14083E0814" + "08083E0808" + "0050300000" + "0808080808" + "0060600000" + "2010080402" + // ()*+,-./
        "3E5149453E" + "00427F4000" + "4261514946" + "2141454B31" + "1814127F10" + "2745454539" + "3C4A494930" + "0171090503" + // 01234567
        "3649494936" + "064949291E" + "0036360000" + "0056360000" + "0008142241" + "1414141414" + "4122140800" + "0201510906" + // 89:;<=>?
        "324979413E" + "7E1111117E" + "7F49494936" + "3E41414122" + "7F4141221C" + "7F49494941" + "7F09090901" + "3E4149497A" + // @ABCDEFG
        "7F0808087F" + "00417F4100" + "2040413F01" + "7F08142241" + "7F40404040" + "7F020C027F" + "7F0408107F" + "3E4141413E" + // HIJKLMNO
        "7F09090906" + "3E4151215E" + "7F09192946" + "4649494931" + "01017F0101" + "3F4040403F" + "1F2040201F" + "3F4038403F" + // PQRSTUVW
        "6314081463" + "0708700807" + "6151494543" + "007F414100" + "0204081020" + "0041417F00" + "0402010204" + "4040404040" + // XYZ[\]^_
        "0001020400" + "2054545478" + "7F48444438" + "3844444428" + "384444487F" + "3854545418" + "087E090102" + "18A4A4A47C" + // `abcdefg
        "7F08040478" + "00447D4000" + "4080847D00" + "007F102844" + "00417F4000" + "7C04180478" + "7C08040478" + "3844444438" + // hijklmno
        "FC24242418" + "18242424FC" + "7C08040408" + "4854545424" + "043F444424" + "3C4040207C" + "1C2040201C" + "3C4030403C" + // pqrstuvw
        "4428102844" + "1CA0A0A07C" + "4464544C44" + "0008364100" + "00007F0000" + "0041360800" + "0402040804");                 // xyz{|}~

    /// <summary>The width of a text in dots.</summary>
    public static int Measure(string text) => text.Sum(letter => Span(letter).Width + Gap) - Gap;

    /// <summary>The text, or as much of its beginning as fits, followed by two dots.</summary>
    /// <param name="text">What to write.</param>
    /// <param name="width">Dots.</param>
    public static string Fit(string text, int width)
    {
        string fitted = text;
        for (int length = text.Length - 1; length > 0 && Measure(fitted) > width; length--)
        {
            fitted = text[..length] + Ellipsis;
        }

        return fitted;
    }

    /// <summary>The dots of a text, from its left upper corner.</summary>
    /// <param name="text">What to write; characters outside ASCII become '?'.</param>
    public static IEnumerable<(int X, int Y)> Dots(string text)
    {
        int left = 0;
        foreach (char letter in text)
        {
            (int start, int width) = Span(letter);
            for (int x = 0; x < width; x++)
            {
                for (int y = 0; y < Height; y++)
                {
                    if ((Letters[start + x] >> y & 1) != 0)
                    {
                        yield return (left + x, y);
                    }
                }
            }

            left += width + Gap;
        }
    }

    /// <summary>Where a letter's first inked column is in <see cref="Letters"/>, and how many columns follow.</summary>
    private static (int Start, int Width) Span(char letter)
    {
        int glyph = (letter is >= First and <= Last ? letter : '?') - First;
        int start = glyph * Columns;
        int end = start + Columns;
        while (start < end && Letters[start] == 0)
        {
            start++;
        }

        while (end > start && Letters[end - 1] == 0)
        {
            end--;
        }

        return start == end ? (glyph * Columns, SpaceWidth) : (start, end - start);
    }
}
