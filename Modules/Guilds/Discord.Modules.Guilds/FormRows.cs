using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds;

/// <summary>A body that is a list of objects: one form for each, errors under its index.</summary>
internal sealed class FormRows
{
    private FormRows(IReadOnlyList<Form> forms) => Forms = forms;

    public IReadOnlyList<Form> Forms { get; }

    /// <summary>50035 with the errors of every row, or null.</summary>
    public ApiError? Errors
    {
        get
        {
            var all = new FormErrors();
            for (var i = 0; i < Forms.Count; i++)
            {
                foreach (var (path, code, message) in Forms[i].Error?.Errors?.Leaves ?? [])
                    all.Add(path.Length == 0 ? $"{i}" : $"{i}.{path}", code, message);
            }

            return all.Any ? ApiError.InvalidFormBody(all) : null;
        }
    }

    public static Result<FormRows> Of(JsonElement body, int max)
    {
        if (body.ValueKind != JsonValueKind.Array)
            return ApiError.InvalidField("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        if (body.GetArrayLength() > max)
            return ApiError.InvalidField("", "BASE_TYPE_MAX_LENGTH", $"Must be {max} or fewer in length.");
        return new FormRows([.. body.EnumerateArray().Select(Form.OfObject)]);
    }
}
