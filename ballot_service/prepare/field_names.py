"""What a form calls the words of templates, in Chinese and English."""

NAMES = {
    "voters": ("参加的票种", "Who votes"),
    "official": ("正式统计的票种", "Classes whose figure is the official one"),
    "subjects": ("评议对象", "Who is assessed"),
    "teams": ("领导班子和成员", "Teams and their members"),
    "post": ("职务", "Post"),
    "posts": ("职数", "How many posts"),
    "candidates": ("人选名单", "Candidates"),
    "roster": ("推荐范围名册", "Roster to choose from"),
    "questions": ("评价项目", "Questions"),
    "options": ("选项", "Options"),
    "grades": ("等次", "Grades"),
    "points": ("分值", "Points"),
    "base": ("比例的分母", "What rates are of"),
    "line": ("标准线", "The line"),
    "quorum": ("到会人数要求", "Quorum"),
    "pass": ("通过条件", "What passes"),
    "rounds": ("投票轮次", "Rounds"),
    "bar": ("两次未通过的限制", "The bar after failed votes"),
    "weights": ("权重", "Weights"),
    "dimensions": ("分项评价", "Sides that are graded apart"),
    "comments": ("书面意见", "Comments"),
    "steps": ("投票前的程序", "Steps before the poll"),
    "announce": ("结果公布方式", "How the result is announced"),
    "inputs": ("会外录入的数据", "Figures from outside the meeting"),
}
"""Of the templates' words, as a form calls them."""
MOTIONS = {"options": ("表决事项", "Motions")}
MEETING = {
    "title": ("名称", "Title"),
    "organiser": ("组织单位", "Organiser"),
    "place": ("地点", "Place"),
    "date": ("日期", "Date"),
    "classes": ("票种", "Classes"),
    "cards": ("监票卡", "Cards"),
    "threshold": ("几张合用才能开箱", "Cards needed to open a box"),
    "id": ("编号", "Id"),
    "min_class": ("票种最少人数", "Smallest class"),
    "pages": ("选票本备用页", "Spare pages"),
    "boxes": ("备用票箱", "Spare boxes"),
    "more": ("其他", "Others"),
}
"""Of a meeting's fields, and of an item's title and id."""


def field_named(name: str) -> tuple[str, str]:
    """What a list of mistakes calls an input, in Chinese and English: `subjects-2-name` is in row 3. Else empty."""
    field, _, rest = name.partition("-")
    zh, en = NAMES.get(field) or MEETING.get(field) or ("", "")
    row = rest.partition("-")[0]
    return (f"{zh}第 {int(row) + 1} 行", f"{en}, row {int(row) + 1}") if zh and row.isdecimal() else (zh, en)
