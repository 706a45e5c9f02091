class NotesTool:
    """Notes of a user."""

    def __init__(self, collection) -> None:
        self.collection = collection

    def execute_action(self, action: str, **given) -> str:
        action = action.removeprefix("note_")
        if action == "view":
            return self._view()
        if action == "delete":
            return self._delete()
        return "unknown"

    def _view(self) -> str:
        return self.collection.find_one({"kind": "note"})["text"]

    def _delete(self) -> str:
        self.collection.delete_one({"kind": "note"})
        return "deleted"

    def actions(self) -> list[dict]:
        return [
            {
                "name": "note_view",
                "description": "Retrieve the note.",
                "parameters": {"type": "object", "properties": {}},
            },
            {
                "name": "note_delete",
                "description": "Delete the note.",
                "parameters": {"type": "object", "properties": {}},
            },
        ]
